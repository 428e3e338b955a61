// The JavaScript runner.

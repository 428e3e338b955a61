/// Written next.
enum Placeholder {}

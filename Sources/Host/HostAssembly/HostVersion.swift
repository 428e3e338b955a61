/// The version that `sluice --version` prints, and `/metrics` shows.
package let hostVersion = "0.1.0"

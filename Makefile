# Every target does its own set-up: nothing has to be run before it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON := /usr/bin/python3

.PHONY: help
help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: setup
setup: ## Install what Sluice is built with (does nothing when it is there)
	@scripts/setup

.PHONY: build
build: setup ## Build the release binaries into .build/release
	@swift build -c release --product sluice

.PHONY: run
run: build ## Review a real merge request with everything local (GITLAB_URL and the like make it yours)
	@scripts/demo

.PHONY: test
test: setup ## Run every test that belongs in a working day
	@swift build --build-tests
	@swift test --skip-build --no-parallel
	@scripts/test-python

.PHONY: check
check: setup ## Lint, layers, confinement, lengths, links, generated tables, and tests of these checks
	@swift build --product sluice
	@scripts/check

.PHONY: deb
deb: setup ## Build the Debian package into .build/package
	@packaging/debian/build

.PHONY: package
package: setup ## Build the Debian package and try it: on a bare Debian 12 (as root), and behind nginx and Caddy
	@packaging/test "$$(packaging/debian/build)"
	@SLUICE=.build/package/release/release/sluice packaging/test-proxies

.PHONY: bench
bench: setup ## Measure, and compare with benchmarks/thresholds.json
	@for product in bench sluice; do swift build -c release --product "$$product"; done
	@scripts/bench

.PHONY: soak
soak: setup ## What takes long: hundreds of kills, fuzzing, sanitizers, ten thousand runs
	@scripts/soak

.PHONY: fuzz
fuzz: setup ## Fuzz frames, calls, profiles, flows, JSON and the zygote for 10 seconds each
	@scripts/fuzz all "$${SLUICE_FUZZ_SECONDS:-10}"

.PHONY: sanitize
sanitize: setup ## Run the tests of the supervisor and of all that has threads under TSan and ASan
	@scripts/sanitize

.PHONY: hooks
hooks: ## Run `make check` before each commit of yours
	@printf '#!/bin/sh\nexec make check\n' > "$$(git rev-parse --git-path hooks)/pre-commit"
	@chmod +x "$$(git rev-parse --git-path hooks)/pre-commit"

.PHONY: clean
clean: ## Remove what was built
	@rm -rf .build

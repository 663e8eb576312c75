# Two commands are enough: `make demo` and `make test`. Each first runs scripts/setup, which installs what is missing or says what to install.

SWIFT ?= swift
# Imports that no dependency line allows are errors: the arrows of docs/architecture.md, checked by the build.
STRICT := --explicit-target-dependency-import-check error

.PHONY: help setup setup-tests build demo test bench lint format clean

help:
	@echo 'make demo    three nodes, one private match, under policy, in the audit log'
	@echo 'make test    every test'
	@echo 'make build   the release program, .build/release/comity'
	@echo 'make bench   measure against libsodium and SQLite in one run'
	@echo 'make lint    format and house rules'

setup:
	@scripts/setup

setup-tests:
	@scripts/setup test

build: setup
	@scripts/build release

demo: build
	@.build/release/comity demo

test: setup-tests lint
	@scripts/check-constant-time
	@scripts/build tests
	@scripts/interop-audit
	@scripts/run-tests

bench: build
	@.build/release/comity bench

lint:
	@$(SWIFT) format lint --strict --parallel -r Sources Tests Package.swift
	@scripts/embed-policies --check
	@scripts/embed-assets --check
	@if command -v python3 >/dev/null; then scripts/check-containers; else echo 'comity: not checked: containers, without python3' >&2; fi

format:
	@$(SWIFT) format -i --parallel -r Sources Tests Package.swift

clean:
	rm -rf .build

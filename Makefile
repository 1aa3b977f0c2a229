# The commands a person runs. `make help` lists them.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
# One target folder and one target triple for everything, so that `sam build`, the command line and the tests share
# what is compiled: cargo-lambda always names the triple, and cargo keeps named and unnamed ones apart.
export CARGO_BUILD_TARGET ?= $(shell rustc -vV | sed -n 's/^host: //p')
# Most tests wait for something, for a deadline or a process, rather than work.
export RUST_TEST_THREADS ?= 6
LAUNCHWAY := target/$(CARGO_BUILD_TARGET)/debug/launchway
EVENT ?= events/smoke-test-job.json
PIP := -m pip install --quiet --disable-pip-version-check --no-input

.PHONY: help run deploy permissions replay up down smoke test check unit contract template e2e bench tools launchway clean

help: ## List the commands.
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/' | expand -t 12

run: tools launchway ## Deliver a good and a bad release of the example shop through the pipeline on this machine.
	@$(LAUNCHWAY) run $(ARGS)

up: tools launchway ## Start the local system and keep it until Ctrl-C or `make down`.
	@$(LAUNCHWAY) up $(ARGS)

down: launchway ## End a local system that still runs.
	@$(LAUNCHWAY) down

deploy: tools launchway ## Deploy each configuration of samconfig.toml, but `local`, to an empty local AWS, and list what it makes.
	@$(LAUNCHWAY) deploy $(ARGS)

permissions: tools launchway ## Write docs/permissions.md from a run on each platform and one with tests.
	@$(LAUNCHWAY) run --platform ecs --output target/launchway/permissions/ecs
	@$(LAUNCHWAY) run --platform ec2 --output target/launchway/permissions/ec2
	@$(LAUNCHWAY) run --platform ec2 --tests --releases good,bad --output target/launchway/permissions/tests
	@$(LAUNCHWAY) permissions --calls target/launchway/permissions/{ecs,ec2,tests}/calls.jsonl

replay: launchway ## Send one sample event to the real function: make replay EVENT=events/smoke-test-job.json
	@$(LAUNCHWAY) replay $(EVENT) $(ARGS)

test: check unit contract template e2e ## Format, lints, unit, contract, template and end-to-end tests.

SHOP := --manifest-path examples/storefront/Cargo.toml --target-dir target

check: ## Format and lints.
	cargo fmt --all --check
	cargo fmt --manifest-path examples/storefront/Cargo.toml --check
	cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
	cargo clippy --quiet --locked $(SHOP) --all-targets -- -D warnings

unit: ## Tests of the crates, the functions, the local system and the shop.
	cargo test --quiet --locked --workspace --exclude launchway-tests
	cargo test --quiet --locked $(SHOP)

contract: ## The real functions against stand-ins for AWS.
	cargo test --quiet --locked -p launchway-tests --test contract

template: tools .venv/checks/.ready ## The templates: the SAM CLI's lint, a security scanner and our own rules.
	SAM_CLI_TELEMETRY=0 .venv/sam/bin/sam validate --lint --template template.yaml
	.venv/sam/bin/cfn-lint infra/*.yaml
	@# The scanner is called by a test (tests/template/scanner.rs): it needs the conditions decided for it.
	cargo test --quiet --locked -p launchway-tests --test template -- --show-output

e2e: tools launchway ## Whole pipeline runs through the command line.
	cargo test --quiet --locked -p launchway-tests --test e2e -- --test-threads=3

bench: .venv/bench/.ready ## Speed and size of the function beside a bare one and beside Python.
	@cargo run --quiet --locked -p side-by-side -- $(ARGS)

tools: .venv/emulator/.ready .venv/sam/.ready .venv/aws/.ready

launchway:
	@cargo build --quiet --locked -p launchway

.venv/%/.ready:
	@echo "Installing the $* tools into .venv/$* ..."
	@rm -rf .venv/$*
	@$(PYTHON) -m venv .venv/$*
	@.venv/$*/bin/python $(PIP) -r $<
	@touch $@

.venv/emulator/.ready: local/emulator/requirements.txt
.venv/sam/.ready: local/emulator/requirements-sam.txt
.venv/aws/.ready: local/emulator/requirements-aws.txt
.venv/checks/.ready: infra/requirements-checks.txt
.venv/bench/.ready: benches/python/requirements.txt

clean: ## Remove everything that was built or installed here.
	@rm -rf target .venv .aws-sam

# Token Harbor. `make help` lists the targets.
BUN_MIN := 1.4.5
BUN := $(shell command -v bun >/dev/null 2>&1 && [ "$$(printf '%s\n' $(BUN_MIN) "$$(bun --version)" | sort -V | head -n 1)" = $(BUN_MIN) ] && echo bun || echo node_modules/.bin/bun)
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
VERSION := $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' package.json)
EPOCH := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null || echo 315532800))
IMAGE := localhost/tokenharbor:$(VERSION)
IMAGE_TARGET := linux_$(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x64)
# What proves the data plane, keys and the ledger under Deno, in about a minute; `make deno` runs more.
DENO_TESTS := $(patsubst %,test/e2e/%.test.ts,first-light readme passthrough errors limits abort-billing \
  billed-stops stream-faults idempotency failover-attempts orchestra hygiene smuggling keep-alive) \
  test/crash/gateway-kill.test.ts test/conformance/restart.test.ts
SOURCES := $(shell find src deploy -type f -not -path "deploy/release/*" -not -name '*.test.ts') package.json

.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# Not `npm ci`: it refuses the lock where a registry lacks a platform's optional binary that is not needed here.
# Lifecycle scripts of packages never run; Bun's own only puts its binary in place and is run by name.
node_modules/.ready: package.json package-lock.json
	npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
	node node_modules/bun/install.js
	node node_modules/deno/install.cjs || echo 'there is no Deno for this machine: its tests will be skipped' >&2
	@touch $@

deps: node_modules/.ready ## fetch the dependencies, Bun included

PAGE := .build/dashboard/page.bundle
PAGE_SOURCES := $(shell find src/server/dashboard -type f -not -name '*.test.ts') src/server/icon.svg deploy/release/bundle-dashboard.ts

$(PAGE): node_modules/.ready $(PAGE_SOURCES)
	$(BUN) deploy/release/bundle-dashboard.ts

dashboard: $(PAGE) ## the operator's page, bundled; the executable has it within, the sources read it from .build

dist/tokenharbor: node_modules/.ready $(PAGE) $(SOURCES)
	@mkdir -p dist
	NODE_ENV=production $(BUN) build --compile --bytecode --format=esm --minify-syntax --minify-whitespace \
	  --no-compile-autoload-dotenv --no-compile-autoload-bunfig \
	  --define TOKENHARBOR_COMMIT='"$(COMMIT)"' --define TOKENHARBOR_EPOCH=$(EPOCH) --define __dirname='"/"' \
	  src/main.ts --outfile dist/tokenharbor

build: dist/tokenharbor ## dist/tokenharbor, one executable

dist: deps ## release artefacts for every target, with checksums and SBOM, in dist/release; TARGETS="linux_x64 ..." for some, SIGNING_KEY=file signs
	COMMIT=$(COMMIT) SIGNING_KEY="$(SIGNING_KEY)" MAINTAINER="$(MAINTAINER)" $(BUN) deploy/release/dist.ts $(TARGETS)

dist-check: deps ## a release built twice in different places: the same bytes, nothing of its builder within
	$(BUN) test ./test/release/reproducible.test.ts

musl-check: deps ## the executable for musl in a root file system that has nothing but musl; needs root and Debian's musl
	COMMIT=$(COMMIT) SOURCE_DATE_EPOCH=$(EPOCH) $(BUN) deploy/release/executable.ts linux_x64_musl
	$(BUN) test ./test/release/musl.test.ts

image: deps ## the container image localhost/tokenharbor:VERSION, by buildah; IMAGE="name:tag" for another name
	COMMIT=$(COMMIT) SOURCE_DATE_EPOCH=$(EPOCH) $(BUN) deploy/release/executable.ts $(IMAGE_TARGET)
	SOURCE_DATE_EPOCH=$(EPOCH) deploy/container/build.sh .build/release/$(IMAGE_TARGET)/tokenharbor $(IMAGE) $(VERSION) $(COMMIT)

image-check: deps ## the image run as a stranger would: no root, a read-only root file system, its own health check
	IMAGE=$(IMAGE) $(BUN) test ./test/release/image.test.ts

new-user: deps dist/tokenharbor ## a new user's path by the README's commands, timed; writes docs/new-user.md; needs root
	test dist/release/tokenharbor_$(VERSION)_$(IMAGE_TARGET).tar.gz -nt dist/tokenharbor || $(MAKE) dist TARGETS=$(IMAGE_TARGET)
	TH_REPORT=1 $(BUN) test ./test/release/new-user.test.ts

run: dist/tokenharbor ## build, start the gateway on 127.0.0.1:8787, print a key and curl lines
	@exec dist/tokenharbor serve --welcome

fmt: deps ## format the sources
	$(BUN) fmt src test deploy/release

lint: deps ## formatting, lint and types
	$(BUN) fmt --check src test deploy/release
	node_modules/.bin/oxlint --deny-warnings src test deploy/release
	$(BUN) check
	$(BUN) check -p src/server/dashboard
	$(BUN) check -p src/server/dashboard/tsconfig.tests.json

check: lint ## lint, architecture and unit tests
# A check before every commit is quick: without database servers, with a third of the runs of each property, and with
# so many files at once that their waiting (clocks, leases, outages) costs nothing: on two cores 51 s, with three at once 63.
	TH_SERVERS=off TH_RUNS=60 TH_JOBS=$${TH_JOBS:-$$(($$(getconf _NPROCESSORS_ONLN) * 5 / 2))} $(BUN) test/support/run-tests.ts src deploy/release test/architecture

test: deps dist/tokenharbor ## every test that needs no service, some of them on Deno as well; TH_JOBS=N runs N files side by side
	$(BUN) test/support/run-tests.ts test/crash test/browser test/e2e src test/conformance test/fuzz test/router test/support test/architecture deploy/release --deno $(DENO_TESTS)

deno: deps ## every test of the whole program, with the program under Deno
	$(BUN) test/support/run-tests.ts --deno test/e2e test/conformance/agent-loops.test.ts test/conformance/clients.test.ts test/conformance/restart.test.ts $(wildcard test/crash/gateway-*.test.ts)

conformance: deps dist/tokenharbor ## every case of both shapes, through the official SDKs; writes docs/conformance.md
	$(BUN) test/conformance/report.ts

crash: deps dist/tokenharbor ## processes killed, racing and on failing disks or servers, at the ledger and as the program: 200 kills, 50 races, 5,000 histories
	TH_ROUNDS=200 $(BUN) test --timeout 6000000 ./test/crash/ledger-kill.test.ts
	TH_ROUNDS=50 $(BUN) test --timeout 1500000 ./test/crash/ledger-race.test.ts ./test/crash/ledger-disk.test.ts
	TH_ROUNDS=200 $(BUN) test --timeout 12000000 ./test/crash/gateway-kill.test.ts
	TH_ROUNDS=50 $(BUN) test --timeout 12000000 ./test/e2e/budget-race.test.ts
	TH_ROUNDS=50 $(BUN) test --timeout 3000000 ./test/crash/postgres-race.test.ts
	TH_ROUNDS=30 $(BUN) test --timeout 3000000 ./test/crash/postgres-outage.test.ts
	TH_RUNS=5000 $(BUN) test --timeout 20020000 src/accounts/ledger/ledger.property.test.ts
	TH_RUNS=1000 $(BUN) test --timeout 20020000 -t histories src/accounts/store/postgres/stores.test.ts

bench: deps dist/tokenharbor ## cost beside nginx and a plain forwarder, as ratios from one run
	$(BUN) test/bench/bench.ts
	$(BUN) test/bench/ledger.ts
	$(BUN) test/bench/ledger-postgres.ts

router-train: deps ## learn the weights of th-orchestra's score from ../shared/routing; the same bytes each time
	$(BUN) test/router/train.ts

router-eval: deps ## how well the score chooses on prompts it was not learnt from; writes docs/router.md
	$(BUN) test/router/eval.ts

systemd: deps dist/tokenharbor ## the unit under a real systemd, in namespaces of its own; needs root
	$(BUN) test --timeout 120000 ./test/systemd

soak: deps dist/tokenharbor ## long forms: 90 s of silence, 20,000 aborted streams, 10,000 bodies a shape, 100,000 runs of each property, minutes of fuzzing, a dead and a slow target under load, ten million ledger entries
	TH_RUNS=10000 $(BUN) test --timeout 600000 test/e2e/passthrough.test.ts
	TH_STREAMS=3000 $(BUN) test --timeout 600000 test/e2e/many-streams.test.ts
	TH_FUZZ_S=120 $(BUN) test --timeout 2400000 test/fuzz
	TH_RUNS=100000 $(BUN) test --timeout 14400000 test/conformance/properties
	$(BUN) test --timeout 1200000 ./test/soak/silent-stream.test.ts ./test/soak/aborted-streams.test.ts ./test/soak/dead-and-slow.test.ts
	$(BUN) test --timeout 10800000 ./test/soak/ledger-ten-million.test.ts ./test/soak/postgres-ten-million.test.ts

clean: ## remove what was built
	rm -rf dist .build node_modules

.PHONY: help deps dashboard build dist dist-check musl-check image image-check new-user run fmt lint check test deno conformance crash bench router-train router-eval systemd soak clean

# The project's recipes. `just` alone lists them.

import 'bin/plan.just'

# The tools of this repository come first, its Node among them.
export PATH := justfile_directory() / "node_modules/.bin:" + env("PATH")

[private]
default:
    @just --list --unsorted

# Play a plan of six stages end to end in a throw-away repository
[group('start')]
demo *args:
    npm run demo -- {{ args }}

# Install what is missing, build, and run every check and test
[group('start')]
test *args:
    npm test -- {{ args }}

# Bundle src/ into dist/
[group('develop')]
build:
    npm run build

# Every kill point, a hundred kills, fifty rounds of contention: takes an hour or more
[group('develop')]
soak *args: build
    vitest run --config test/soak/vitest.config.ts {{ args }}

# Measure beside git, bare Node and other tools, such as: just bench --rows S7,S8 --pairs 7
[group('develop')]
bench *args:
    npm run bench -- {{ args }}

# Types, lint, formatting and dead code
[group('develop')]
lint:
    npm run lint

# Format everything
[group('develop')]
format:
    npm run format

# Draw docs/demo.svg anew, from what the program prints
[group('develop')]
picture:
    npm run picture

# Draw the screens in README.md anew, from a recorded run
[group('develop')]
screens:
    npm run screens

# Exactly what CI runs
[group('develop')]
ci:
    .ci/run

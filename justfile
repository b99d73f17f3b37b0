# Everything CI does.
ci:
    .ci/run

# A bot and a LINE of its own in one process: open a terminal and chat.
demo:
    cargo run --release -- demo

# Kill -9 and SIGTERM at random moments under load; `just crash 60 1234` repeats the choices of the run with that seed.
crash kills="50" seed="":
    cargo build --example kitchensink
    CRASH_KILLS={{kills}} {{ if seed == "" { "" } else { "CRASH_SEED=" + seed } }} cargo test --test it crash:: -- --nocapture --test-threads=1

# The inbox and the price of the journal.
bench:
    cargo bench --bench inbox

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

# Three replicas on one PostgreSQL: kill -9, pauses past the lease, restarts of the database, at random moments under load.
crash-fleet kills="50" pauses="5" restarts="3" seed="":
    cargo build --example kitchensink
    FLEET_KILLS={{kills}} FLEET_PAUSES={{pauses}} FLEET_RESTARTS={{restarts}} {{ if seed == "" { "" } else { "FLEET_SEED=" + seed } }} cargo test --test it fleet:: -- --nocapture --test-threads=1

# The inbox and the price of the journal; `INBOX_URL=postgres://… just bench` measures that database.
bench:
    cargo bench --bench inbox

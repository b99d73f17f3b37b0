//! A shim: the command line is in the library, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    line_bot_server::cli::main()
}

//! File descriptors: how many there are, and how many of them connections may have.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Beyond this a single process is not the answer.
const CONNECTIONS_MAX: u64 = 4096;
/// Where the system does not say how many descriptors there are.
const USUAL: u64 = 1024;

/// Raises the soft limit to the hard one, as most servers do: 1024 is for programs that `select`.
/// Returns how many connections a listener may hold: half of the descriptors, so that the inbox and the way to LINE
/// always have some.
pub(super) fn for_connections() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = rustix::process::Rlimit { current: limit.maximum, ..limit };
        if setrlimit(Resource::Nofile, raised).is_ok() {
            limit = raised;
        }
    }
    usize::try_from(share(limit.current)).unwrap_or(usize::MAX)
}

fn share(descriptors: Option<u64>) -> u64 {
    (descriptors.unwrap_or(USUAL) / 2).clamp(1, CONNECTIONS_MAX)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn connections_get_half_of_the_descriptors_and_never_all_there_could_be() {
        assert_eq!([Some(1024), Some(1_048_576), Some(1), None].map(share), [512, 4096, 1, 512]);
    }
}

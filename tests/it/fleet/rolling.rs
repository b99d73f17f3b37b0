//! A rolling deploy: what a replica holds goes to the others when it is told to stop, not when its leases end.

use line_bot_server::simulator::Parcel;

use super::balancer::Spread;
use super::replicas::Fleet;
use crate::crash::load::{Chat, Load};
use crate::crash::moment::Since;
use crate::crash::verdict::Case;
use crate::crash::{finish, line};
use crate::support::postgres;

/// Chats whose handlers take longer than a replica has to stop.
const SLOW: usize = 12;
/// A test that waits for the end of a lease waits in vain.
const VARIABLES: [(&str, &str); 2] = [("LEASE", "10m"), ("SHUTDOWN_GRACE", "1s")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_deploy_loses_nothing_and_waits_for_no_lease() {
    let Some(server) = postgres::server() else { return };
    let (sim, mut rng) = (line().await, fastrand::Rng::new());
    let mut fleet = Fleet::new(&server.url(), &sim, &VARIABLES, Spread::RoundRobin, &mut rng).await;
    fleet.start().await;
    let audit = fleet.books.audit();

    let load = Load::start(&sim, &mut rng);
    let slow: Vec<_> = (0..SLOW).map(|n| Chat::of_one(&sim, &format!("slow{n}"), "slow 3")).collect();
    for chat in &slow {
        sim.deliver(Parcel::of([chat.said[0].event.clone()]));
    }
    for whom in 0..fleet.replicas.len() {
        Since::now(&sim).first_200(|| fleet.log()).await;
        fleet.replicas[whom].stop().await;
        fleet.replicas[whom].start();
        fleet.replicas[whom].ready().await;
    }
    let mut chats = load.stop().await;
    chats.extend(slow);
    finish::all_answered(&sim, &chats).await;
    let in_time = finish::deliver_again(&sim, &chats).await;
    fleet.books.settled().await;
    let (looks, unsound) = audit.end().await;
    fleet.stop().await;

    let cut = fleet.logged("cut by the stop; the attempt is given back");
    println!("{looks} looks at the books, {cut} handlers cut");
    assert!(cut > 0, "no handler was cut: nothing had to be given back");
    let mut left = fleet.books.left().await;
    left.unsound.extend(unsound);
    Case { sim: &sim, chats: &chats, left: &left, in_time, seed: "no seed" }.judge(|| fleet.log());
}

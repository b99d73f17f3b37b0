//! What is done in the background: many users at once, and batches, which can be resumed.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::line::{RequestId, RichMenuId, UserId};

use super::RichMenus;
use crate::simulator::people::People;

/// "Within a few seconds"
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-users)).
const BULK_TIME: Duration = Duration::from_secs(2);
/// LINE takes minutes or hours; nobody should wait for a simulator that long.
const BATCH_TIME: Duration = Duration::from_secs(5);
/// A batch is remembered, and can be resumed, for this long
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-batch-control-rich-menus-progress-status)).
const REMEMBERED: Duration = Duration::from_secs(14 * 24 * 3600);

/// What is to be done, and what was done.
#[derive(Debug, Default)]
pub(super) struct Work {
    pending: Vec<(Timestamp, Task)>,
    batches: HashMap<RequestId, Batch>,
    /// What is left of each batch, by its number.
    left: Vec<Vec<Change>>,
    /// Which batch a `resumeRequestKey` stands for, and since when.
    keys: HashMap<String, (usize, Timestamp)>,
}

/// A batch that was taken.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct Batch {
    pub(in crate::simulator) accepted: Timestamp,
    /// When it was done, and whether for all.
    pub(in crate::simulator) done: Option<(Timestamp, bool)>,
    number: usize,
}

/// What happens to the menu of one user.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct Change {
    user: UserId,
    from: RichMenuId,
    to: Option<RichMenuId>,
}

#[derive(Debug)]
pub(super) enum Task {
    Link { users: Vec<UserId>, menu: Option<RichMenuId> },
    Batch { request: RequestId, at: Timestamp },
}

impl Work {
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<Task> {
        let mut due: Vec<_> = self.pending.extract_if(.., |(at, _)| *at <= now).collect();
        due.sort_by_key(|(at, _)| *at);
        due.into_iter().map(|(_, task)| task).collect()
    }
}

impl RichMenus {
    /// Links `menu` to these users soon, or takes theirs away.
    pub(in crate::simulator) fn link_soon(
        &mut self,
        users: Vec<UserId>,
        menu: Option<RichMenuId>,
        now: Timestamp,
    ) {
        self.work.pending.push((now.after(BULK_TIME), Task::Link { users, menu }));
    }

    /// What `becomes` makes of the menu that each user has now.
    pub(in crate::simulator) fn changes(
        &self,
        becomes: impl Fn(&RichMenuId) -> Option<Option<RichMenuId>>,
    ) -> Vec<Change> {
        let each = self.linked.iter().filter_map(|(user, from)| {
            becomes(from).map(|to| Change { user: user.clone(), from: from.clone(), to })
        });
        each.collect()
    }

    /// Takes a batch; one with the key of an earlier one goes on with what is left of that.
    pub(in crate::simulator) fn take_batch(
        &mut self,
        request: &RequestId,
        key: Option<&str>,
        changes: Vec<Change>,
        now: Timestamp,
    ) {
        let work = &mut self.work;
        let known = key.and_then(|key| work.keys.get(key)).filter(|(_, at)| now.since(*at) < REMEMBERED);
        let number = known.map_or(work.left.len(), |(number, _)| *number);
        if number == work.left.len() {
            work.left.push(changes);
            work.keys.extend(key.map(|key| (key.to_owned(), (number, now))));
        }
        work.batches.insert(request.clone(), Batch { accepted: now, done: None, number });
        let at = now.after(BATCH_TIME);
        work.pending.push((at, Task::Batch { request: request.clone(), at }));
    }

    /// A batch that is still remembered.
    pub(in crate::simulator) fn batch(&self, request: &RequestId, now: Timestamp) -> Option<&Batch> {
        self.work.batches.get(request).filter(|batch| now.since(batch.accepted) < REMEMBERED)
    }

    pub(super) fn carry_out(&mut self, task: Task, people: &People) {
        match task {
            Task::Link { users, menu } => {
                // It may have been deleted meanwhile.
                if menu.as_ref().is_none_or(|menu| self.with_image(menu.as_str()).is_some()) {
                    users.iter().for_each(|user| self.link(user, menu.as_ref(), people));
                }
            }
            Task::Batch { request, at } => {
                let Some(number) = self.work.batches.get(&request).map(|batch| batch.number) else { return };
                let left = self.work.left.get_mut(number).map(std::mem::take).unwrap_or_default();
                let left: Vec<_> = left.into_iter().filter(|change| !self.change(change, people)).collect();
                let all = left.is_empty();
                if let Some(place) = self.work.left.get_mut(number) {
                    *place = left;
                }
                if let Some(batch) = self.work.batches.get_mut(&request) {
                    batch.done = Some((at, all));
                }
            }
        }
    }

    /// Whether it is done. It is not while the menu to be linked is gone, so that a batch can fail.
    fn change(&mut self, change: &Change, people: &People) -> bool {
        // Who has got another one in between keeps it.
        if self.linked.get(&change.user) != Some(&change.from) {
            return true;
        }
        if change.to.as_ref().is_some_and(|to| self.with_image(to.as_str()).is_none()) {
            return false;
        }
        self.link(&change.user, change.to.as_ref(), people);
        true
    }
}

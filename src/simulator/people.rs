//! Who lives in the simulator: people, groups, multi-person chats, and how each stands to the bot.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::line::{ChatId, GroupId, RoomId, UserId};

use super::attributes::Attributes;
use super::mint;

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// `displayName` of their profile.
    pub name: String,
    /// How they stand to the bot.
    pub standing: Standing,
    /// When they last wrote in the 1:1 chat.
    pub last_wrote: Option<Timestamp>,
    /// What LINE believes to know of them.
    pub attributes: Attributes,
}

/// How a person stands to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Added the bot as a friend.
    Friend,
    /// Known from a group at most.
    Stranger,
    /// Blocked the bot.
    Blocked,
}

/// A group or a multi-person chat.
#[derive(Clone, Debug)]
pub struct Gathering {
    /// The group's name; rooms have one here only so that they can be told apart.
    pub name: String,
    /// Its people, without the bot.
    pub members: Vec<UserId>,
    /// Whether the bot is in it.
    pub bot_inside: bool,
}

/// Everybody, and every chat of more than two.
#[derive(Debug, Default)]
pub struct People {
    persons: HashMap<UserId, Person>,
    gatherings: HashMap<ChatId, Gathering>,
}

/// A non-friend can be written to for this long after they wrote.
const WROTE_LATELY: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 3600);
/// Names in a line that tells of a message to many.
const NAMES_TOLD: usize = 3;

impl People {
    /// The person called `name`; there is one from now on.
    pub(super) fn named(&mut self, name: &str, standing: Standing) -> UserId {
        let id = UserId::from(mint::lasting('U', name));
        self.persons.entry(id.clone()).or_insert_with(|| Person::new(name, standing));
        id
    }

    pub(super) fn group_named(&mut self, name: &str, members: &[UserId]) -> GroupId {
        let id = GroupId::from(mint::lasting('C', name));
        self.gather(id.clone().into(), name, members);
        id
    }

    pub(super) fn room_named(&mut self, name: &str, members: &[UserId]) -> RoomId {
        let id = RoomId::from(mint::lasting('R', name));
        self.gather(id.clone().into(), name, members);
        id
    }

    fn gather(&mut self, id: ChatId, name: &str, members: &[UserId]) {
        let gathering = self.gatherings.entry(id).or_insert_with(|| Gathering {
            name: name.to_owned(),
            members: Vec::new(),
            bot_inside: true,
        });
        for member in members {
            if !gathering.members.contains(member) {
                gathering.members.push(member.clone());
            }
        }
    }

    /// Somebody known by id alone, from a ready-made event.
    pub(super) fn adopt(&mut self, id: &UserId) {
        self.persons.entry(id.clone()).or_insert_with(|| Person::new(id.as_str(), Standing::Friend));
    }

    /// A group or room known by id alone; nothing for a 1:1 chat.
    pub(super) fn adopt_gathering(&mut self, chat: &ChatId, members: &[UserId]) {
        if !matches!(chat, ChatId::User(_)) {
            self.gather(chat.clone(), chat.as_str(), members);
        }
    }

    /// A person by id.
    pub fn person(&self, id: &UserId) -> Option<&Person> {
        self.persons.get(id)
    }

    pub(super) fn person_mut(&mut self, id: &UserId) -> Option<&mut Person> {
        self.persons.get_mut(id)
    }

    /// A group or room by id.
    pub fn gathering(&self, id: &ChatId) -> Option<&Gathering> {
        self.gatherings.get(id)
    }

    pub(super) fn gathering_mut(&mut self, id: &ChatId) -> Option<&mut Gathering> {
        self.gatherings.get_mut(id)
    }

    /// Everybody.
    pub fn persons(&self) -> impl Iterator<Item = (&UserId, &Person)> {
        self.persons.iter()
    }

    /// Every group and room.
    pub fn gatherings(&self) -> impl Iterator<Item = (&ChatId, &Gathering)> {
        self.gatherings.iter()
    }

    /// The chat that `to` names, if it is one of this channel.
    pub(super) fn chat(&self, to: &str) -> Option<ChatId> {
        let user = UserId::from(to);
        if self.persons.contains_key(&user) {
            return Some(user.into());
        }
        let chat = if to.starts_with('R') {
            ChatId::Room(RoomId::from(to))
        } else {
            ChatId::Group(GroupId::from(to))
        };
        self.gatherings.contains_key(&chat).then_some(chat)
    }

    /// The name people see on a chat.
    pub fn title(&self, chat: &ChatId) -> String {
        let name = match chat {
            ChatId::User(id) => self.persons.get(id).map(|person| &person.name),
            ChatId::Group(_) | ChatId::Room(_) => self.gatherings.get(chat).map(|it| &it.name),
        };
        name.map_or_else(|| chat.to_string(), Clone::clone)
    }

    /// Every friend, in the order of their ids: the people that a message to all can reach.
    pub(super) fn friends(&self) -> Vec<UserId> {
        let friends = self.persons.iter().filter(|(_, person)| person.standing == Standing::Friend);
        let mut ids: Vec<UserId> = friends.map(|(id, _)| id.clone()).collect();
        ids.sort();
        ids
    }

    pub(super) fn is_friend(&self, id: &UserId) -> bool {
        self.persons.get(id).is_some_and(|person| person.standing == Standing::Friend)
    }

    /// A few of the names, and how many more there are; none if there is nobody.
    pub(super) fn titles(&self, people: &[UserId]) -> Option<String> {
        let names = people.iter().take(NAMES_TOLD).map(|id| self.title(&id.clone().into()));
        let names = names.collect::<Vec<_>>().join(", ");
        match people.len().saturating_sub(NAMES_TOLD) {
            _ if people.is_empty() => None,
            0 => Some(names),
            more => Some(format!("{names} and {more} more")),
        }
    }

    /// How many people a message to `chat` reaches; they count for the quota.
    pub(super) fn reach(&self, chat: &ChatId, now: Timestamp) -> u64 {
        match chat {
            ChatId::User(id) => u64::from(self.persons.get(id).is_some_and(|person| person.reachable(now))),
            ChatId::Group(_) | ChatId::Room(_) => self
                .gatherings
                .get(chat)
                .filter(|it| it.bot_inside)
                .map_or(0, |it| u64::try_from(it.members.len()).unwrap_or(u64::MAX)),
        }
    }

    pub(super) fn bot_is_in(&self, chat: &ChatId) -> bool {
        matches!(chat, ChatId::User(_)) || self.gatherings.get(chat).is_some_and(|it| it.bot_inside)
    }
}

impl Person {
    fn new(name: &str, standing: Standing) -> Self {
        Self { name: name.to_owned(), standing, last_wrote: None, attributes: Attributes::unknown() }
    }

    fn reachable(&self, now: Timestamp) -> bool {
        match self.standing {
            Standing::Friend => true,
            Standing::Blocked => false,
            Standing::Stranger => self.last_wrote.is_some_and(|at| now.since(at) <= WROTE_LATELY),
        }
    }

    /// Whether the bot may read the profile: friends, and those who wrote to it; not blockers.
    pub(super) fn shows_profile(&self) -> bool {
        match self.standing {
            Standing::Friend => true,
            Standing::Blocked => false,
            Standing::Stranger => self.last_wrote.is_some(),
        }
    }
}

//! Names of users and groups.

use std::collections::HashMap;

use nix::unistd::{Gid, Group, Uid, User};

/// Looks names up and remembers them: each look-up reads a file or asks a server, and trees have
/// few owners.
#[derive(Debug, Default)]
pub struct Names {
    users: HashMap<u32, Option<String>>,
    groups: HashMap<u32, Option<String>>,
}

impl Names {
    /// The user's name; `None` when nobody has that number.
    pub fn user(&mut self, uid: u32) -> Option<&str> {
        let found = self.users.entry(uid).or_insert_with(|| {
            let user = User::from_uid(Uid::from_raw(uid)).ok().flatten();
            user.map(|user| user.name)
        });
        found.as_deref()
    }

    /// The group's name; `None` when no group has that number.
    pub fn group(&mut self, gid: u32) -> Option<&str> {
        let found = self.groups.entry(gid).or_insert_with(|| {
            let group = Group::from_gid(Gid::from_raw(gid)).ok().flatten();
            group.map(|group| group.name)
        });
        found.as_deref()
    }
}

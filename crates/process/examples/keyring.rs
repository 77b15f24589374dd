//! A secret in the kernel's keyring goes with its process; a missing one is "not found".
//!
//! What is in a file outlives the program, what is in the environment goes to all children and can
//! be read in `/proc`. Linux keeps small secrets itself, in keyrings of a process, a session or a
//! user, and never swaps them out. The program sees a trait with three functions, so that its tests
//! need no kernel: the same code runs on a map in memory. Go programs use
//! `github.com/zalando/go-keyring` so, with a mock. macOS has the Keychain: security(1).
//!
//! Where the kernel has no keyrings, it says so.

use process::keyring::{InMemory, KeyringError, Lifetime, Store, SystemStore};

fn main() -> anyhow::Result<()> {
    set_then_get(&mut InMemory::default())?;
    println!("in memory: set, got, removed, not found");
    let outcome =
        SystemStore::new(Lifetime::Process).and_then(|mut store| set_then_get(&mut store));
    match outcome {
        Err(error @ KeyringError::Unavailable(_)) => println!("skipped: {error}"),
        outcome => {
            outcome?;
            println!("in the system: set, got, removed, not found");
        }
    }
    Ok(())
}

fn set_then_get(store: &mut impl Store) -> Result<(), KeyringError> {
    let name = "course:alice";
    store.set(name, b"correct horse")?;
    assert_eq!(store.get(name)?, b"correct horse");
    store.set(name, b"battery staple")?;
    assert_eq!(store.get(name)?, b"battery staple");

    store.remove(name)?;
    let missing = store.get(name).unwrap_err();
    assert!(matches!(missing, KeyringError::NotFound(_)));
    println!("{missing}");
    Ok(())
}

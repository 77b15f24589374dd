//! Secrets: the same behaviour of every store, and the kernel's own limits.

use process::keyring::{InMemory, KeyringError, Lifetime, Store, SystemStore};

fn behaves(store: &mut impl Store) -> Result<(), KeyringError> {
    let name = format!("course:test:{}", std::process::id());
    store.set(&name, b"one")?;
    assert_eq!(store.get(&name)?, b"one");
    store.set(&name, b"a longer one \0 with anything in it \xff")?;
    assert_eq!(
        store.get(&name)?,
        b"a longer one \0 with anything in it \xff"
    );
    store.set(&name, b"2")?;
    assert_eq!(store.get(&name)?, b"2");
    store.remove(&name)?;
    assert!(matches!(store.get(&name), Err(KeyringError::NotFound(_))));
    assert!(matches!(
        store.remove(&name),
        Err(KeyringError::NotFound(_))
    ));
    for bad in ["", ".hidden", "a\0b"] {
        assert!(matches!(
            store.set(bad, b"x"),
            Err(KeyringError::BadName(_))
        ));
        assert!(matches!(store.get(bad), Err(KeyringError::BadName(_))));
    }
    Ok(())
}

#[test]
fn the_mock_behaves() {
    behaves(&mut InMemory::default()).unwrap();
}

#[test]
fn the_system_behaves_like_the_mock() {
    let outcome = SystemStore::new(Lifetime::Process).and_then(|mut store| behaves(&mut store));
    match outcome {
        Err(KeyringError::Unavailable(why)) => println!("skipped: {why}"),
        outcome => outcome.unwrap(),
    }
}

#[test]
fn what_is_too_long_is_an_error_and_not_cut() {
    let Ok(mut store) = SystemStore::new(Lifetime::Process) else {
        println!("skipped: no keyrings here");
        return;
    };
    let outcome = store.set("course:too long", &[7; 40_000]);
    assert!(outcome.is_err());
    assert!(store.get("course:too long").is_err());
}

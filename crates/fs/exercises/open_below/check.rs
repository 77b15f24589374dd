//! What is below the folder can be opened, and nothing else.

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;

use super::exercise::open_below;

pub fn main() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let root = temporary.path().join("root");
    fs::create_dir_all(root.join("sub/deep")).expect("folders");
    let secret = temporary.path().join("secret");
    fs::write(&secret, "secret").expect("a file");
    for name in ["letter", "sub/deep/letter", "notes..txt", "..."] {
        fs::write(root.join(name), name).expect("a file");
    }

    let read = |name: &str| {
        let mut text = String::new();
        let file = open_below(&root, name.as_ref());
        file.and_then(|mut file| file.read_to_string(&mut text))
            .map(|_| text)
    };
    for name in ["letter", "sub/deep/letter", "notes..txt", "..."] {
        assert_eq!(
            read(name).ok().as_deref(),
            Some(name),
            "{name} is below the folder"
        );
    }
    assert_eq!(
        read("./sub/./deep//letter").ok().as_deref(),
        Some("sub/deep/letter")
    );
    assert!(read("missing").is_err(), "there is no such file");
    println!("✓ what is below the folder can be read");

    let absolute = secret.to_str().expect("a plain name");
    for name in ["../secret", "sub/../../secret", "sub/../letter", absolute] {
        let got = read(name);
        assert!(
            got.is_err(),
            "{name} must be refused, but it was read: {got:?}"
        );
    }
    println!("✓ neither .. nor an absolute path leads out");

    symlink("../secret", root.join("link")).expect("a link");
    symlink("..", root.join("sub/up")).expect("a link");
    symlink(temporary.path(), root.join("away")).expect("a link");
    for name in ["link", "sub/up/letter", "sub/up/../secret", "away/secret"] {
        let got = read(name);
        assert!(
            got.is_err(),
            "{name} goes through a link and must be refused, but got {got:?}"
        );
    }
    println!("✓ no link is followed");
}

//! A bucket without directories can be mounted as a tree, and parts of its objects read as of files.
//!
//! An object store knows keys and bytes. That `photos/2026/cat` lies in two directories is only a way
//! to list: give me the keys that begin with `photos/`, and roll up what comes after the next slash.
//! A filesystem makes directories of that, and of each `pread` a request with a `Range` header. So any
//! program can read the bucket, and pays with a round trip a question: it is not a disk.
//!
//! The bucket is a stand-in on the loopback, the mount in a namespace of this program.
//!
//! Linux only: macFUSE is a kernel extension that few machines have.

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: /dev/fuse is Linux's");
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs::{self, File};
    use std::os::unix::fs::FileExt;
    use std::process::Command;
    use std::thread;

    use mmap::fuse::bucket::{Bucket, Objects};
    use mmap::fuse::mount::Mount;
    use mmap::fuse::object_store::ObjectStore;
    use mmap::fuse::server::Server;

    let folder = tempfile::tempdir()?;
    // Before there are threads: namespaces are entered by a whole process.
    let mount = match Mount::new(folder.path()) {
        Ok(mount) => mount,
        Err(error) => {
            println!("skipped: {error}");
            return Ok(());
        }
    };
    let film: Vec<u8> = (0..1_000_000u32).map(|place| (place % 251) as u8).collect();
    let bucket = Bucket::start(Objects::from([
        ("photos/2025/dog".into(), b"woof".into()),
        ("photos/2026/cat".into(), b"meow".into()),
        ("photos/film".into(), film.clone()),
        ("readme".into(), b"no directories here\n".into()),
    ]))?;
    let (device, store) = (mount.device()?, ObjectStore::new(bucket.address()));
    let server = thread::spawn(move || Server::new(store).serve(&device));

    let find = Command::new("find")
        .arg(".")
        .current_dir(folder.path())
        .output()?;
    let mut tree: Vec<_> = str::from_utf8(&find.stdout)?.lines().collect();
    tree.sort();
    println!("{}", tree.join("\n"));
    let directories = [".", "./photos", "./photos/2025", "./photos/2026"];
    assert!(
        directories
            .iter()
            .all(|name| folder.path().join(name).is_dir())
    );
    assert_eq!(tree.len(), directories.len() + 4);
    assert_eq!(fs::read(folder.path().join("photos/2026/cat"))?, b"meow");

    let file = File::open(folder.path().join("photos/film"))?;
    let mut part = vec![0; 5000];
    file.read_exact_at(&mut part, 777_777)?;
    assert_eq!(part, film[777_777..][..5000]);
    let requests = bucket.requests();
    let ranged = requests
        .iter()
        .find(|request| request.starts_with("/photos/film "));
    println!(
        "asked of the bucket: {}",
        ranged.expect("it was asked for a part")
    );
    assert!(!requests.iter().any(|request| request == "/photos/film"));
    assert!(fs::read(folder.path().join("photos/film"))? == film);

    drop((file, mount));
    assert!(!fs::read_to_string("/proc/self/mountinfo")?.contains(folder.path().to_str().unwrap()));
    server.join().expect("the server does not panic")?;
    Ok(())
}

//! The question has a sender, the answer arrives, and no file is left.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;
use std::{fs, thread};

use super::exercise::ask;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, own) = (folder.path().join("server"), folder.path().join("own"));
    let server = UnixDatagram::bind(&path).expect("a server");
    server
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");

    for (question, answer) in [("what time is it?", "noon"), ("and now?", "")] {
        let (path, own_path) = (path.clone(), own.clone());
        let asking = thread::spawn(move || ask(&path, &own_path, question.as_bytes()));
        let mut buffer = [0; 100];
        let (length, sender) = server.recv_from(&mut buffer).expect("a question");
        assert_eq!(
            &buffer[..length],
            question.as_bytes(),
            "the question arrives"
        );
        assert_eq!(
            sender.as_pathname(),
            Some(own.as_path()),
            "the server can answer to a sender that has an address: its own path"
        );
        server
            .send_to_addr(answer.as_bytes(), &sender)
            .expect("the sender waits at its address");
        let told = asking.join().expect("no panic").expect("an answer");
        assert_eq!(
            told,
            answer.as_bytes(),
            "the answer, all of it and nothing else"
        );
        assert!(!own.exists(), "the client removes its own socket file");
        println!("✓ {question:?} was answered with {answer:?}, and no file is left");
    }

    drop(server);
    fs::remove_file(&path).expect("the server's file");
    assert!(ask(&path, &own, b"?").is_err(), "nobody is there to ask");
    assert!(!own.exists(), "no file may be left when asking failed");
    println!("✓ without a server it is an error, and no file is left");
}

//! A client that follows links by their names knows one address, and survives a move of all others.
//!
//! Each answer says what can be done next and where: that is the last part of REST, and it has a name
//! that nobody can pronounce, HATEOAS. Addresses then belong to the server alone, which may change them;
//! what client and server share are the names of the links. Here one client reaches the same invoice on
//! two servers that have no path in common.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

type Pages = BTreeMap<String, Value>;

fn main() -> Result<(), Box<dyn Error>> {
    for layout in [
        ["/", "/orders", "/orders/17", "/orders/17/invoice"],
        ["/", "/v2?list=all", "/v2?item=17", "/bills/2026/0017"],
    ] {
        let address = start(pages(layout))?;
        let (invoice, visited) = follow(address, &["orders", "latest", "invoice"])?;
        println!("{} -> {} yen", visited.join(" -> "), invoice["total"]);
        assert_eq!(invoice["total"], 1200);
        assert_eq!(visited, layout);
    }

    let address = start(pages(["/", "/a", "/b", "/c"]))?;
    let error = follow(address, &["orders", "refund"]).unwrap_err();
    println!("{error}");
    assert_eq!(error.to_string(), "/a has no link \"refund\"");
    Ok(())
}

/// The client: from the root, one link after the other; where it came to, and on which way.
fn follow(address: SocketAddr, links: &[&str]) -> Result<(Value, Vec<String>), Box<dyn Error>> {
    let mut path = "/".to_owned();
    let mut visited = vec![path.clone()];
    let mut page = get(address, &path)?;
    for link in links {
        let next = page["links"][link].as_str();
        path = next
            .ok_or_else(|| format!("{path} has no link {link:?}"))?
            .to_owned();
        page = get(address, &path)?;
        visited.push(path.clone());
    }
    Ok((page, visited))
}

fn get(address: SocketAddr, path: &str) -> Result<Value, Box<dyn Error>> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    connection.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or("a head that does not end")?;
    if !head.starts_with("HTTP/1.0 200 ") {
        return Err(format!("{path}: {head}").into());
    }
    Ok(serde_json::from_str(body)?)
}

fn pages([root, orders, order, invoice]: [&str; 4]) -> Pages {
    Pages::from([
        (
            root.to_owned(),
            json!({"links": {"orders": orders, "self": root}}),
        ),
        (
            orders.to_owned(),
            json!({"links": {"latest": order, "up": root}}),
        ),
        (
            order.to_owned(),
            json!({"id": 17, "links": {"invoice": invoice}}),
        ),
        (
            invoice.to_owned(),
            json!({"total": 1200, "links": {"order": order}}),
        ),
    ])
}

/// A server of these pages; it ends with the process.
fn start(pages: Pages) -> Result<SocketAddr, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.expect("a connection");
            let mut lines = BufReader::new(&connection).lines().map_while(Result::ok);
            let line = lines.next().expect("a request");
            lines.find(|line| line.is_empty());
            let answer = match line.split(' ').nth(1).and_then(|path| pages.get(path)) {
                Some(page) => format!("HTTP/1.0 200 OK\r\n\r\n{page}"),
                None => "HTTP/1.0 404 Not Found\r\n\r\n".to_owned(),
            };
            connection
                .write_all(answer.as_bytes())
                .expect("a client that stays");
        }
    });
    Ok(address)
}

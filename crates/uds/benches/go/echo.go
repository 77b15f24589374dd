// Round trips and connections, as Go's standard library makes them: `echo NETWORK ROUNDS` sends 64 bytes and
// reads them back, `http NETWORK ROUNDS` makes a connection for each request, and `http-by-name` looks up
// localhost for each connection before that. NETWORK is tcp or unix.
// Prints the microseconds of one.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const messageSize = 64

func main() {
	rounds, err := strconv.Atoi(os.Args[3])
	check(err)
	listener, folder := listen(os.Args[2])
	defer os.RemoveAll(folder)
	var each func()
	switch os.Args[1] {
	case "echo":
		each = echo(listener)
	case "http":
		each = exchange(listener, listener.Addr().String())
	case "http-by-name":
		port := listener.Addr().(*net.TCPAddr).Port
		each = exchange(listener, net.JoinHostPort("localhost", strconv.Itoa(port)))
	}
	for i := 0; i < rounds/10; i++ {
		each()
	}
	start := time.Now()
	for i := 0; i < rounds; i++ {
		each()
	}
	fmt.Println(float64(time.Since(start).Nanoseconds()) / 1000 / float64(rounds))
}

func listen(network string) (net.Listener, string) {
	folder, err := os.MkdirTemp("", "echo")
	check(err)
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(folder, "s")
	}
	listener, err := net.Listen(network, address)
	check(err)
	return listener, folder
}

func echo(listener net.Listener) func() {
	go func() {
		server, err := listener.Accept()
		check(err)
		buffer := make([]byte, 65536)
		for {
			n, err := server.Read(buffer)
			if err != nil {
				return
			}
			if _, err := server.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	client, err := net.Dial(listener.Addr().Network(), listener.Addr().String())
	check(err)
	message := bytes.Repeat([]byte{'x'}, messageSize)
	answer := make([]byte, messageSize)
	return func() {
		_, err := client.Write(message)
		check(err)
		_, err = io.ReadFull(client, answer)
		check(err)
		if !bytes.Equal(message, answer) {
			log.Fatal("not what was sent")
		}
	}
}

func exchange(listener net.Listener, address string) func() {
	hello := func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Hello World") }
	go http.Serve(listener, http.HandlerFunc(hello))
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, listener.Addr().Network(), address)
	}
	client := http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	return func() {
		response, err := client.Get("http://localhost/")
		check(err)
		body, err := io.ReadAll(response.Body)
		check(err)
		response.Body.Close()
		if string(body) != "Hello World" {
			log.Fatalf("answered %q", body)
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

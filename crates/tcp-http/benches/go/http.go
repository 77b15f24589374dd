// The Go peer of the HTTP workloads: net/http with 13 bytes of text, or a body of so many bytes.
package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
)

func main() {
	size, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	body := []byte("hello, world\n")
	if size != len(body) {
		body = bytes.Repeat([]byte("x"), size)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	handler := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(size))
		w.Write(body)
	}
	panic(http.Serve(listener, http.HandlerFunc(handler)))
}

// Copies one file to another with io.Copy, which asks the kernel to do it where it can.
package main

import (
	"io"
	"log"
	"os"
)

func main() {
	from, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	to, err := os.Create(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		log.Fatal(err)
	}
	if err := to.Close(); err != nil {
		log.Fatal(err)
	}
}

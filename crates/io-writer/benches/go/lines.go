// Writes 100 000 short lines to a file, raw or buffered, and prints the milliseconds that it took.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"time"
)

func main() {
	file, err := os.Create(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()

	start := time.Now()
	if os.Args[2] == "buffered" {
		out := bufio.NewWriter(file)
		lines(out)
		err = out.Flush()
	} else {
		lines(file)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(float64(time.Since(start).Nanoseconds()) / 1e6)
}

func lines(out io.Writer) {
	line := []byte("0123456789\n")
	for range 100_000 {
		if _, err := out.Write(line); err != nil {
			log.Fatal(err)
		}
	}
}

// Counts the lines of a file in which a literal occurs, in a map and with one goroutine a core.
// Prints the count and the milliseconds.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func main() {
	literal := []byte(os.Args[2])
	start := time.Now()
	count, err := countLines(os.Args[1], literal)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(count, float64(time.Since(start).Microseconds())/1e3)
}

func countLines(path string, literal []byte) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	text, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return 0, err
	}
	defer syscall.Munmap(text)

	var wait sync.WaitGroup
	parts := split(text, runtime.NumCPU())
	counts := make([]int, len(parts))
	for i, part := range parts {
		wait.Add(1)
		go func() {
			defer wait.Done()
			counts[i] = matchingLines(part, literal)
		}()
	}
	wait.Wait()
	sum := 0
	for _, count := range counts {
		sum += count
	}
	return sum, nil
}

// split cuts at line ends, so that every line is in one part.
func split(text []byte, n int) [][]byte {
	var parts [][]byte
	for ; n > 1; n-- {
		at := len(text) / n
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		parts = append(parts, text[:at+end+1])
		text = text[at+end+1:]
	}
	return append(parts, text)
}

func matchingLines(text, literal []byte) int {
	count := 0
	for {
		at := bytes.Index(text, literal)
		if at < 0 {
			return count
		}
		count++
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			return count
		}
		text = text[at+end+1:]
	}
}

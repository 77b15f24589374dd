// Starts PROGRAM and waits for it ROUNDS times, from a process with MEBIBYTES in use. Prints the microseconds
// of one.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"strconv"
	"time"
)

func main() {
	program := os.Args[1]
	rounds, err := strconv.Atoi(os.Args[2])
	check(err)
	mebibytes, err := strconv.Atoi(os.Args[3])
	check(err)
	resident := make([]byte, mebibytes<<20)
	for i := range resident {
		resident[i] = 1
	}
	start := time.Now()
	for i := 0; i < rounds; i++ {
		check(exec.Command(program).Run())
	}
	took := time.Since(start)
	if mebibytes > 0 && resident[len(resident)/2] != 1 {
		log.Fatal("the memory is gone")
	}
	fmt.Println(float64(took.Microseconds()) / float64(rounds))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

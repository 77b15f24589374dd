// What one signal costs from the call that sends it to the receive that has it.
package main

import (
	"fmt"
	"log"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	times, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	arrived := make(chan os.Signal, 1)
	signal.Notify(arrived, syscall.SIGUSR1)
	self := os.Getpid()
	start := time.Now()
	for range times {
		if err := syscall.Kill(self, syscall.SIGUSR1); err != nil {
			log.Fatal(err)
		}
		<-arrived
	}
	fmt.Println(float64(time.Since(start).Nanoseconds()) / float64(times))
}

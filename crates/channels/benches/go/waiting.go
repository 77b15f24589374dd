// What a Go receiver costs that mostly waits: `waiting JOB COUNT` sends COUNT messages, one each
// millisecond, and prints the processor time, in microseconds a message, of all but the sender,
// which has a thread to itself. Linux only: elsewhere a thread cannot ask for its own time.
package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

func main() {
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	channel := make(chan int, 1024)
	go func() {
		for range channel {
		}
	}()
	runtime.LockOSThread()
	start := ofOthers()
	between := syscall.NsecToTimespec(int64(time.Millisecond))
	for message := range count {
		syscall.Nanosleep(&between, nil)
		channel <- message
	}
	syscall.Nanosleep(&between, nil)
	fmt.Println(float64((ofOthers() - start).Nanoseconds()) / 1e3 / float64(count))
}

func ofOthers() time.Duration {
	const thread = 1 // RUSAGE_THREAD of Linux
	return processorTime(syscall.RUSAGE_SELF) - processorTime(thread)
}

func processorTime(who int) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(who, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// Leaks like a reverse proxy whose service died: each accepted connection waits for ever for one that will never come.
package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
)

func waitForService(client net.Conn, answers chan net.Conn) {
	service := <-answers // the line that holds them
	service.Close()
	client.Close()
}

func main() {
	clients, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	debug, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(debug, nil)
	answers := make(chan net.Conn)
	fmt.Printf("{\"port\":%d,\"debug\":%d}\n", clients.Addr().(*net.TCPAddr).Port, debug.Addr().(*net.TCPAddr).Port)
	for {
		client, err := clients.Accept()
		if err != nil {
			panic(err)
		}
		go waitForService(client, answers)
	}
}

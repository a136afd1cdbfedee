// Command stand-in takes the place of the programs in container images, for tests of manifests on a node without a registry:
//
//	stand-in serve PORT...      answers every request with the name of the pod, until SIGTERM
//	stand-in get URL            prints the answer to a request, and fails unless its status is 200
//	stand-in connect ADDRESS    fails unless a server accepts connections at HOST:PORT
//	stand-in wait               does nothing, as the container of a pod's network
//	stand-in image FILE NAME... writes an image that contains only this program, under the given names
package main

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// The user of images that does not need root.
const user = "65532:65532"

// The longest request.
const limit = 5 * time.Second

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 0 {
		return errors.New("usage: stand-in serve|get|connect|wait|image")
	}
	command, arguments := arguments[0], arguments[1:]
	switch {
	case command == "serve" && len(arguments) > 0:
		return serve(arguments)
	case command == "get" && len(arguments) == 1:
		return get(arguments[0])
	case command == "connect" && len(arguments) == 1:
		return connect(arguments[0])
	case command == "wait":
		<-terminated().Done()
		return nil
	case command == "image" && len(arguments) > 1:
		return image(arguments[0], arguments[1:])
	}
	return fmt.Errorf("unknown command or missing arguments: %s", command)
}

func terminated() context.Context {
	ended, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	return ended
}

func serve(ports []string) error {
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(answer, name)
		}),
		ReadHeaderTimeout: 10 * time.Second,
	}
	failed := make(chan error, len(ports))
	for _, port := range ports {
		listener, err := net.Listen("tcp", ":"+port)
		if err != nil {
			return err
		}
		go func() { failed <- server.Serve(listener) }()
	}
	select {
	case err := <-failed:
		return err
	case <-terminated().Done():
		deadline, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return server.Shutdown(deadline)
	}
}

func get(url string) error {
	client := http.Client{Timeout: limit}
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	_, err = io.Copy(os.Stdout, answer.Body)
	return err
}

func connect(address string) error {
	connection, err := net.DialTimeout("tcp", address, limit)
	if err != nil {
		return err
	}
	return connection.Close()
}

// image writes an archive in the format of `docker save`.
func image(file string, names []string) error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	layer, err := archive(entry{"stand-in", 0o755, program})
	if err != nil {
		return err
	}
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       map[string]any{"Entrypoint": []string{"/stand-in"}, "Cmd": []string{"wait"}, "User": user},
		"rootfs":       map[string]any{"type": "layers", "diff_ids": []string{digest(layer)}},
	})
	if err != nil {
		return err
	}
	manifest, err := json.Marshal([]any{map[string]any{
		"Config": "config.json", "Layers": []string{"layer.tar"}, "RepoTags": names,
	}})
	if err != nil {
		return err
	}
	content, err := archive(
		entry{"layer.tar", 0o644, layer},
		entry{"config.json", 0o644, config},
		entry{"manifest.json", 0o644, manifest},
	)
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o644)
}

type entry struct {
	name    string
	mode    int64
	content []byte
}

func archive(entries ...entry) ([]byte, error) {
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, file := range entries {
		header := &tar.Header{Name: file.name, Mode: file.mode, Size: int64(len(file.content))}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(file.content); err != nil {
			return nil, err
		}
	}
	err := writer.Close()
	return buffer.Bytes(), err
}

func digest(content []byte) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256(content))
}

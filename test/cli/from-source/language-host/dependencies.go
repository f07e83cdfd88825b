package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// InstallDependencies runs npm install in the program's directory.
func (h *languageHost) InstallDependencies(
	req *pulumirpc.InstallDependenciesRequest,
	stream grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse],
) (err error) {
	ctx, cancel := h.bounded(stream.Context())
	defer cancel()

	if _, err := readOptions(req.Info.GetOptions()); err != nil {
		return err
	}
	closer, stdout, _, err := rpcutil.MakeInstallDependenciesStreams(stream, req.IsTerminal)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()

	cmd := exec.CommandContext(ctx, "npm", "install", "--loglevel=error")
	cmd.WaitDelay = pipeGrace
	cmd.Dir = req.Info.ProgramDirectory
	// One writer for both: os/exec then writes from one goroutine, and a gRPC stream allows one sender at a time.
	cmd.Stdout = stdout
	cmd.Stderr = stdout
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm install in %s: %w", cmd.Dir, err)
	}
	return nil
}

// About names the Node.js that runs programs.
func (h *languageHost) About(request context.Context, _ *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	ctx, cancel := h.bounded(request)
	defer cancel()

	executable, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("node is not on PATH: %w", err)
	}
	output, err := nodeCommand(ctx, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("asking node for its version: %w", err)
	}
	return &pulumirpc.AboutResponse{
		Executable: executable,
		Version:    strings.TrimSpace(string(output)),
		Metadata:   map[string]string{"languageHost": "stand-in, built from source"},
	}, nil
}

// GetProgramDependencies lists the direct dependencies of the program's package.json with their installed versions, or
// the wanted version range of those that are not installed. Transitive dependencies are not listed.
func (h *languageHost) GetProgramDependencies(
	_ context.Context, req *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	directory := req.Info.ProgramDirectory
	manifest, err := readManifest(directory)
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, wanted := range []map[string]string{manifest.Dependencies, manifest.DevDependencies} {
		for name, version := range wanted {
			if installed := installedVersion(directory, name); installed != "" {
				version = installed
			}
			response.Dependencies = append(response.Dependencies, &pulumirpc.DependencyInfo{Name: name, Version: version})
		}
	}
	sort.Slice(response.Dependencies, func(i, j int) bool {
		return response.Dependencies[i].Name < response.Dependencies[j].Name
	})
	return response, nil
}

type packageManifest struct {
	Version         string            `json:"version"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
}

func readManifest(directory string) (packageManifest, error) {
	var manifest packageManifest
	path := filepath.Join(directory, "package.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return manifest, err
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return manifest, fmt.Errorf("%s: %w", path, err)
	}
	return manifest, nil
}

// installedVersion looks in the node_modules of the directory and of those above it, as Node does. It is empty for a
// package that is not installed.
func installedVersion(directory, name string) string {
	for {
		manifest, err := readManifest(filepath.Join(directory, "node_modules", filepath.FromSlash(name)))
		if err == nil {
			return manifest.Version
		}
		parent := filepath.Dir(directory)
		if parent == directory {
			return ""
		}
		directory = parent
	}
}

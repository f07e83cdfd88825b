package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// pipeGrace bounds the wait for output of processes that a killed Node process has left behind.
const pipeGrace = 5 * time.Second

// nodeCommand is a Node process that is killed when ctx ends.
func nodeCommand(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.WaitDelay = pipeGrace
	return cmd
}

// moduleNotFoundError says that a program directory has no @pulumi/pulumi that could run it.
type moduleNotFoundError struct{ module, directory string }

// The first half has Node's own wording: by it the engine recognises a policy pack that is not installed.
func (e *moduleNotFoundError) Error() string {
	return fmt.Sprintf("Cannot find module '%s' from %s: run npm install there", e.module, e.directory)
}

// resolveModule finds a module of the SDK as the program in that directory would. Where it isn't in one of the usual
// node_modules folders Node itself is asked, which takes a process: NODE_PATH and the like count as for the program.
func resolveModule(ctx context.Context, module, directory string) (string, error) {
	if found := findInNodeModules(module, directory); found != "" {
		return found, nil
	}
	cmd := nodeCommand(ctx, "--print", fmt.Sprintf("require.resolve(%q)", module))
	cmd.Dir = directory
	output, err := cmd.Output()

	var exit *exec.ExitError
	switch {
	case err == nil:
		return strings.TrimSpace(string(output)), nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		return "", &moduleNotFoundError{module, directory}
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("node is not on PATH: install Node.js 20.19 or later")
	default:
		return "", fmt.Errorf("could not run node: %w", err)
	}
}

// findInNodeModules looks through the node_modules folders from directory upwards, as Node does.
func findInNodeModules(module, directory string) string {
	for {
		candidate := filepath.Join(directory, "node_modules", filepath.FromSlash(module), "index.js")
		if info, err := os.Stat(candidate); err == nil && info.Mode().IsRegular() {
			return candidate
		}
		parent := filepath.Dir(directory)
		if parent == directory {
			return ""
		}
		directory = parent
	}
}

// Command pulumi-language-nodejs is a stand-in for Pulumi's Node.js language host.
//
// Pulumi publishes its engine as a Go module with tags, but not its Node.js language host. Where the Pulumi CLI can't
// be downloaded and the engine is built from its module instead, this command takes the host's place: it serves the
// part of pulumirpc.LanguageRuntime that previewing and deploying a Node.js program with policy packs needs, and starts
// what the @pulumi/pulumi npm package ships for that (cmd/run, cmd/run-policy-pack and cmd/run-plugin). Programs and
// policy packs themselves run exactly as under the real host.
//
// What it does not do, unlike the real host:
//   - tell the engine in advance which provider plugins a program needs (they are resolved on first use),
//   - generate code (pulumi convert, pulumi package add, pulumi package gen-sdk) or answer pulumi new,
//   - install with another package manager than npm,
//   - be attached to (PULUMI_DEBUG_LANGUAGES), attach a debugger, export traces, or run Bun.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// healthInterval is how often the engine is asked whether it is still there.
const healthInterval = 5 * time.Second

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-nodejs (stand-in):", err)
		os.Exit(1)
	}
}

// serve answers the engine until it goes away or sends a signal. The port is the first line on stdout: that is how a
// Pulumi plugin tells the engine where it listens.
func serve() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if len(os.Args) < 2 {
		return errors.New("no engine address given: the Pulumi engine starts this command itself")
	}
	// The engine puts its address last, behind logging and tracing flags.
	host := &languageHost{lifetime: ctx, engineAddress: os.Args[len(os.Args)-1]}
	if err := rpcutil.Healthcheck(ctx, host.engineAddress, healthInterval, stop); err != nil {
		return fmt.Errorf("watching the engine at %s: %w", host.engineAddress, err)
	}

	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d\n", handle.Port)

	select {
	case <-ctx.Done():
		close(cancel)
		return <-handle.Done
	case err := <-handle.Done:
		return err
	}
}

// languageHost implements the pulumirpc.LanguageRuntime service.
type languageHost struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	// lifetime ends when the engine goes away: no Node process may survive it.
	lifetime      context.Context
	engineAddress string
}

// bounded derives a context that ends with the request or with the engine, whichever is first.
func (h *languageHost) bounded(request context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(request)
	detach := context.AfterFunc(h.lifetime, cancel)
	return ctx, func() {
		detach()
		cancel()
	}
}

// Handshake has nothing to agree on: the engine's address came on the command line.
func (h *languageHost) Handshake(
	context.Context, *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// GetRequiredPackages names none: the engine then resolves each provider plugin when the program first uses it.
func (h *languageHost) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"sync"

	sdk "github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

type pluginStream = grpc.ServerStreamingServer[pulumirpc.RunPluginResponse]

// RunPlugin executes a plugin written for Node.js (a policy pack, or a provider with a PulumiPlugin.yaml) until it ends
// or the engine cancels, streams what it prints and closes with its exit code.
func (h *languageHost) RunPlugin(req *pulumirpc.RunPluginRequest, stream pluginStream) error {
	ctx, cancel := h.bounded(stream.Context())
	defer cancel()

	output := &pluginOutput{stream: stream}
	run := runProvider
	if req.Kind == string(apitype.AnalyzerPlugin) {
		run = runPolicyPack
	}
	err := run(ctx, req, output)

	var exit *exec.ExitError
	var missing *moduleNotFoundError
	switch {
	case err == nil:
		return output.exit(0)
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return output.exit(exit.ExitCode())
	case errors.As(err, &missing):
		fmt.Fprintln(output.stderr(), missing)
		return output.exit(1)
	default:
		return err
	}
}

// runPolicyPack starts a policy pack behind the SDK's proxy: the SDK for Node.js reads stack, project and configuration
// from its environment, while the engine sends them by RPC once the plugin runs.
func runPolicyPack(ctx context.Context, req *pulumirpc.RunPluginRequest, output *pluginOutput) error {
	directory := req.Info.ProgramDirectory
	options, err := readOptions(req.Info.GetOptions())
	if err != nil {
		return err
	}
	runner, err := resolveModule(ctx, "@pulumi/pulumi/cmd/run-policy-pack", directory)
	if err != nil {
		return err
	}
	proxy, stdout, err := sdk.NewPolicyProxy(ctx, output.stdout())
	if err != nil {
		return fmt.Errorf("starting the policy proxy: %w", err)
	}
	stack, err := proxy.AwaitConfiguration(ctx)
	if err != nil {
		return err
	}
	environment, err := policyEnvironment(stack)
	if err != nil {
		return err
	}

	args := append(append(options.nodeArgs, runner), req.Args...)
	cmd := nodeCommand(ctx, append(args, directory)...)
	cmd.Dir = directory
	cmd.Env = append(req.Env, environment...)
	cmd.Stdout = stdout
	cmd.Stderr = output.stderr()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("could not run node: %w", err)
	}
	return proxy.Attach(ctx, cmd)
}

// policyEnvironment is empty without a stack, as in pulumi policy publish.
func policyEnvironment(stack *pulumirpc.AnalyzerStackConfigureRequest) ([]string, error) {
	if stack == nil {
		return nil, nil
	}
	environment, err := configEnvironment(stack.Config, stack.ConfigSecretKeys)
	if err != nil {
		return nil, err
	}
	return append(environment,
		"PULUMI_NODEJS_ORGANIZATION="+stack.Organization,
		"PULUMI_NODEJS_PROJECT="+stack.Project,
		"PULUMI_NODEJS_STACK="+stack.Stack,
		"PULUMI_NODEJS_DRY_RUN="+strconv.FormatBool(stack.DryRun),
	), nil
}

func runProvider(ctx context.Context, req *pulumirpc.RunPluginRequest, output *pluginOutput) error {
	directory := req.Info.ProgramDirectory
	options, err := readOptions(req.Info.GetOptions())
	if err != nil {
		return err
	}
	runner, err := resolveModule(ctx, "@pulumi/pulumi/cmd/run-plugin", directory)
	if err != nil {
		return err
	}
	cmd := nodeCommand(ctx, append(append(options.nodeArgs, runner, directory), req.Args...)...)
	cmd.Dir = req.Pwd
	cmd.Env = req.Env
	cmd.Stdout = output.stdout()
	cmd.Stderr = output.stderr()
	return cmd.Run()
}

// pluginOutput sends what a plugin prints. A gRPC stream allows one sender at a time, stdout and stderr are two.
type pluginOutput struct {
	mutex  sync.Mutex
	stream pluginStream
}

func (o *pluginOutput) send(response *pulumirpc.RunPluginResponse) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.stream.Send(response)
}

func (o *pluginOutput) stdout() io.Writer {
	return writerFunc(func(text []byte) error {
		return o.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: text}})
	})
}

func (o *pluginOutput) stderr() io.Writer {
	return writerFunc(func(text []byte) error {
		return o.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: text}})
	})
}

func (o *pluginOutput) exit(code int) error {
	return o.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)}})
}

type writerFunc func([]byte) error

func (write writerFunc) Write(text []byte) (int, error) {
	if err := write(text); err != nil {
		return 0, err
	}
	return len(text), nil
}

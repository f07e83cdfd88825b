package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/google/shlex"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// exitAfterReport is the exit code by which @pulumi/pulumi says that it has already shown the error to the user
// (nodeJSProcessExitedAfterLoggingUserActionableMessage in its cmd/run).
const exitAfterReport = 32

// Run executes a Pulumi program and reports how it ended. A program that fails is an answer, not an error: an error is
// returned only where the request itself is unusable.
func (h *languageHost) Run(request context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	ctx, cancel := h.bounded(request)
	defer cancel()

	options, err := readOptions(req.Info.GetOptions())
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	runner, err := resolveModule(ctx, "@pulumi/pulumi/cmd/run", req.Info.ProgramDirectory)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	environment, err := programEnvironment(req, options)
	if err != nil {
		return nil, err
	}

	cmd := nodeCommand(ctx, append(append(options.nodeArgs, runner), h.programArguments(req)...)...)
	cmd.Dir = req.Info.ProgramDirectory
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout = os.Stdout
	cmd.Stderr = os.Stderr
	return runResponse(cmd.Run()), nil
}

// programArguments is the command line that cmd/run of @pulumi/pulumi expects.
func (h *languageHost) programArguments(req *pulumirpc.RunRequest) []string {
	args := []string{
		"--monitor", req.MonitorAddress,
		"--engine", h.engineAddress,
		"--organization", req.Organization,
		"--project", req.Project,
		"--root-directory", req.Info.RootDirectory,
		"--stack", req.Stack,
		"--pwd", req.Info.ProgramDirectory,
	}
	if req.DryRun {
		args = append(args, "--dry-run")
	}
	args = append(args, "--parallel", strconv.Itoa(int(req.Parallel)), req.Info.EntryPoint)
	return append(args, req.Args...)
}

func programEnvironment(req *pulumirpc.RunRequest, options runtimeOptions) ([]string, error) {
	environment, err := configEnvironment(req.Config, req.ConfigSecretKeys)
	if err != nil {
		return nil, err
	}
	environment = append(environment, "PULUMI_NODEJS_TYPESCRIPT="+strconv.FormatBool(options.typescript))
	if options.tsconfig != "" {
		environment = append(environment, "PULUMI_NODEJS_TSCONFIG_PATH="+options.tsconfig)
	}
	return environment, nil
}

// configEnvironment passes configuration in the form that @pulumi/pulumi reads, whose keys have a "config" in the
// middle: namespace:config:name.
func configEnvironment(config map[string]string, secretKeys []string) ([]string, error) {
	values := make(map[string]string, len(config))
	for key, value := range config {
		values[runtimeConfigKey(key)] = value
	}
	secrets := make([]string, 0, len(secretKeys))
	for _, key := range secretKeys {
		secrets = append(secrets, runtimeConfigKey(key))
	}

	valuesJSON, err := json.Marshal(values)
	if err != nil {
		return nil, fmt.Errorf("encoding the configuration: %w", err)
	}
	secretsJSON, err := json.Marshal(secrets)
	if err != nil {
		return nil, fmt.Errorf("encoding the names of secret configuration: %w", err)
	}
	return []string{
		"PULUMI_CONFIG=" + string(valuesJSON),
		"PULUMI_CONFIG_SECRET_KEYS=" + string(secretsJSON),
	}, nil
}

func runtimeConfigKey(key string) string {
	namespace, name, found := strings.Cut(key, ":")
	if !found || strings.HasPrefix(name, "config:") {
		return key
	}
	return namespace + ":config:" + name
}

// runtimeOptions are the runtime options of Pulumi.yaml that this host knows.
type runtimeOptions struct {
	typescript bool
	tsconfig   string
	nodeArgs   []string
}

// readOptions reads runtime.options of Pulumi.yaml. TypeScript is on unless it is switched off.
func readOptions(options *structpb.Struct) (runtimeOptions, error) {
	result := runtimeOptions{typescript: true}
	for name, value := range options.GetFields() {
		switch name {
		case "typescript":
			flag, ok := value.Kind.(*structpb.Value_BoolValue)
			if !ok {
				return result, fmt.Errorf("runtime option typescript must be true or false, found %v", value.AsInterface())
			}
			result.typescript = flag.BoolValue
		case "tsconfig":
			text, ok := value.Kind.(*structpb.Value_StringValue)
			if !ok {
				return result, fmt.Errorf("runtime option tsconfig must be a path, found %v", value.AsInterface())
			}
			result.tsconfig = text.StringValue
		case "nodeargs":
			args, err := shlex.Split(value.GetStringValue())
			if err != nil {
				return result, fmt.Errorf("runtime option nodeargs can't be split into arguments: %w", err)
			}
			result.nodeArgs = args
		case "packagemanager":
			if value.GetStringValue() != "npm" {
				return result, fmt.Errorf("runtime option packagemanager: %v is not supported by this stand-in for "+
					"the Node.js language host, which knows npm alone", value.AsInterface())
			}
		}
	}
	return result, nil
}

// runResponse tells the engine how Node ended.
func runResponse(err error) *pulumirpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}
	case !errors.As(err, &exit):
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("could not run node: %v", err)}
	case exit.ExitCode() == exitAfterReport:
		return &pulumirpc.RunResponse{Bail: true}
	case exit.ExitCode() < 0:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program was stopped: %v", exit)}
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program exited with non-zero exit code: %d", exit.ExitCode())}
	}
}

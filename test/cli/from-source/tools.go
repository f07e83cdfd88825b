//go:build tools

// Package tools pins the Pulumi CLI: the blank import keeps its module, and all that it needs, in go.mod and go.sum.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"

// Package contract embeds the parts of the contract that a Go service needs at run time, so that no service keeps a copy.
package contract

import _ "embed"

// OpenAPI is contract/openapi.yaml, which every service serves byte for byte at /openapi.yaml.
//
//go:embed openapi.yaml
var OpenAPI []byte

// FunctionsSQL is contract/functions.sql, which every service's migrations execute as it is.
//
//go:embed functions.sql
var FunctionsSQL string

// Package api is the contract in Go: its schemas as types, its operations as an interface, its paths as Echo's routes.
// oapi-codegen writes api.gen.go from contract/openapi.yaml; the rest says what a schema cannot.
package api

//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config oapi-codegen.yaml -templates templates ../../../../contract/openapi.yaml

// Command gen writes the catalogue of problems from contract/problems.yaml.
package main

import (
	"bytes"
	"go/format"
	"log"
	"os"
	"strings"
	"text/template"

	"github.com/goccy/go-yaml"
)

var catalogue = template.Must(template.New("").Funcs(template.FuncMap{"name": name}).Parse(
	`// Code generated from contract/problems.yaml. DO NOT EDIT.

package problem

// The catalogue of the contract.
var (
{{- range $code, $problem := .}}
	{{name $code}} = define({{.Status}}, {{printf "%q" $code}}, {{printf "%q" .Title}}, {{printf "%q" .Meaning}})
{{- end}}
)
`))

// name is the Go name of a code: sku_taken gives SKUTaken.
func name(code string) string {
	var goName strings.Builder
	for word := range strings.SplitSeq(code, "_") {
		switch word {
		case "sku", "json":
			goName.WriteString(strings.ToUpper(word))
		default:
			goName.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return goName.String()
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	var problems map[string]struct {
		Status         int
		Title, Meaning string
	}
	check(yaml.Unmarshal(text, &problems))
	var source bytes.Buffer
	check(catalogue.Execute(&source, problems))
	formatted, err := format.Source(source.Bytes())
	check(err)
	check(os.WriteFile("catalogue.gen.go", formatted, 0o600))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

package web

import (
	"reflect"
	"strings"
	"sync"
)

// field is what the generated tags tell about a member of a body or a parameter of a query.
type field struct {
	required bool // oapi-codegen gives what is optional `omitempty`
	nullable bool // a `nullable` tag of the overlay, or any value
	kind     reflect.Kind
}

type fieldsKey struct {
	structure reflect.Type
	tag       string
}

var known sync.Map // of fieldsKey: map[string]field

// fieldsOf are the fields of a generated struct that have the tag, by their name in it.
func fieldsOf(target any, tag string) map[string]field {
	key := fieldsKey{reflect.TypeOf(target).Elem(), tag}
	if fields, ok := known.Load(key); ok {
		return fields.(map[string]field)
	}
	fields := map[string]field{}
	for each := range key.structure.Fields() {
		name, options, _ := strings.Cut(each.Tag.Get(tag), ",")
		if name == "" {
			continue
		}
		base := each.Type
		if base.Kind() == reflect.Pointer {
			base = base.Elem()
		}
		_, mayBeNull := each.Tag.Lookup("nullable")
		fields[name] = field{
			required: options == "",
			nullable: mayBeNull || base.Kind() == reflect.Interface,
			kind:     base.Kind(),
		}
	}
	known.Store(key, fields)
	return fields
}

// An implementation under test: reads questions and writes answers, one JSON object a line each.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"sort"
)

// Object is a JSON object.
type Object = map[string]any

// Refused says that the input is refused: an error code of the specification, and its context.
type Refused struct {
	Code    string
	Context Object
}

func (refused *Refused) Error() string { return refused.Code }

// Inputs are the members that the operations here need; encoding/json passes over the others.
type Inputs struct {
	Bytes string `json:"bytes"`
	Rule  string `json:"rule"`
}

// Message is a line that the runner sends.
type Message struct {
	Message   string `json:"message"`
	Token     string `json:"token"`
	Operation string `json:"operation"`
	Inputs    Inputs `json:"inputs"`
}

// echo gives back the bytes. They travel as lower-case hexadecimal.
func echo(inputs Inputs) (Object, error) {
	data, err := hex.DecodeString(inputs.Bytes)
	if err != nil {
		return nil, err
	}
	return Object{"bytes": hex.EncodeToString(data)}, nil
}

// NEXT: the operation `decode`. Take the comment signs away, put your own decoder in, and add it to operations below.
//
// func decode(inputs Inputs) (Object, error) {
// 	document, err := hex.DecodeString(inputs.Bytes)
// 	if err != nil {
// 		return nil, err
// 	}
// 	value, fault := myDecoder(inputs.Rule, document)
// 	if fault != nil {
// 		return nil, &Refused{"CODEC", Object{"reason": fault.Reason, "path": fault.Path, "offset": fault.Offset}}
// 	}
// 	return Object{"value": value, "bytes": inputs.Bytes}, nil
// }

var operations = map[string]func(Inputs) (Object, error){"echo": echo}

func hello() Object {
	names := []string{}
	for name := range operations {
		names = append(names, name)
	}
	sort.Strings(names)
	return Object{
		"message": "hello", "protocol": 1, "name": "my-fayger", "version": "0.1.0", "language": "go",
		"specification": "1.0", "operations": names, "features": []string{},
	}
}

// answer ends this program on every error that is no *Refused: a crash is never a refusal.
func answer(message Message) Object {
	operation, known := operations[message.Operation]
	if !known {
		log.Fatalf("no operation %s", message.Operation)
	}
	reply := Object{"message": "answer", "token": message.Token}
	result, err := operation(message.Inputs)
	var refused *Refused
	switch {
	case errors.As(err, &refused):
		reply["verdict"], reply["code"], reply["context"] = "reject", refused.Code, refused.Context
	case err != nil:
		log.Fatal(err)
	default:
		reply["verdict"], reply["result"] = "accept", result
	}
	return reply
}

func main() {
	in, out := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var message Message
		if err == nil {
			err = json.Unmarshal(line, &message)
		}
		if err != nil {
			log.Fatal(err)
		}
		switch message.Message {
		case "hello":
			err = out.Encode(hello())
		case "run":
			err = out.Encode(answer(message))
		default:
			return
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

// The operations of `fs path --batch` as Go's own library does them: a JSON object a line in, one a
// line out.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

type request struct {
	Op   string   `json:"op"`
	Args []string `json:"args"`
	B64  bool     `json:"b64"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			break
		}
		encoded, err := json.Marshal(answer(line))
		if err != nil {
			panic(err)
		}
		out.Write(encoded)
		out.WriteByte('\n')
		if in.Buffered() == 0 {
			out.Flush()
		}
	}
	out.Flush()
}

func answer(line []byte) map[string]any {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return map[string]any{"err": err.Error()}
	}
	if r.B64 {
		for i, text := range r.Args {
			decoded, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return map[string]any{"err": err.Error()}
			}
			r.Args[i] = string(decoded)
		}
	}
	result, err := perform(r.Op, r.Args)
	if err != nil {
		return map[string]any{"err": err.Error()}
	}
	if r.B64 {
		result = encode(result)
	}
	return map[string]any{"r": result}
}

func encode(result any) any {
	switch result := result.(type) {
	case string:
		return base64.StdEncoding.EncodeToString([]byte(result))
	case []string:
		for i, text := range result {
			result[i] = base64.StdEncoding.EncodeToString([]byte(text))
		}
	}
	return result
}

func perform(op string, args []string) (any, error) {
	switch op {
	case "clean":
		return filepath.Clean(args[0]), nil
	case "path.clean":
		return path.Clean(args[0]), nil
	case "base":
		return filepath.Base(args[0]), nil
	case "dir":
		return filepath.Dir(args[0]), nil
	case "ext":
		return filepath.Ext(args[0]), nil
	case "split":
		dir, file := filepath.Split(args[0])
		return []string{dir, file}, nil
	case "splitlist":
		return filepath.SplitList(args[0]), nil
	case "join":
		return filepath.Join(args...), nil
	case "rel":
		return filepath.Rel(args[0], args[1])
	case "abs":
		return filepath.Abs(args[0])
	case "islocal":
		return filepath.IsLocal(args[0]), nil
	case "isabs":
		return filepath.IsAbs(args[0]), nil
	case "validpath":
		return fs.ValidPath(args[0]), nil
	case "localize":
		return filepath.Localize(args[0])
	case "fromslash":
		return filepath.FromSlash(args[0]), nil
	case "toslash":
		return filepath.ToSlash(args[0]), nil
	case "match":
		return filepath.Match(args[0], args[1])
	case "expand":
		return os.ExpandEnv(args[0]), nil
	case "glob":
		found, err := filepath.Glob(args[0])
		return append([]string{}, found...), err
	case "evalsymlinks":
		return filepath.EvalSymlinks(args[0])
	case "walk":
		return walk(args)
	}
	return nil, fmt.Errorf("unknown operation %q", op)
}

func walk(args []string) (any, error) {
	visits := []string{}
	err := filepath.Walk(args[0], func(path string, info fs.FileInfo, err error) error {
		if err != nil {
			visits = append(visits, "!"+path)
			return nil
		}
		mark := ""
		switch mode := info.Mode(); {
		case mode.IsDir():
			mark = "/"
		case mode&fs.ModeSymlink != 0:
			mark = "@"
		case !mode.IsRegular():
			mark = "|"
		}
		visits = append(visits, path+mark)
		if len(args) > 1 && info.Name() == args[1] {
			if len(args) > 2 {
				return filepath.SkipAll
			}
			return filepath.SkipDir
		}
		return nil
	})
	return visits, err
}

// An independent reader of a Comity log: golang.org/x/mod's sumdb/note and sumdb/tlog, nothing of Comity.
// Usage: audit VKEY LOGDIR [PROOF ...]; exit 0 when everything holds, 1 with what does not.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func fail(format string, words ...any) {
	fmt.Printf("failed: "+format+"\n", words...)
	os.Exit(1)
}

// The signed tree of a checkpoint file.
func tree(verifier note.Verifier, file string, data []byte) tlog.Tree {
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		fail("%s: %v", file, err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		fail("%s: its text is not three lines that begin with the origin", file)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		fail("%s: its size is no number", file)
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		fail("%s: its root is no hash", file)
	}
	result := tlog.Tree{N: size}
	copy(result.Hash[:], root)
	return result
}

// Tiles of a folder in the layout of C2SP tlog-tiles, which differs from Go's by the height in front.
type folder struct{ path string }

func (f folder) Height() int { return height }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		name := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.path, name))
		if err != nil {
			// Another publication replaced the partial tile by a wider one: it begins with the same hashes.
			data, err = os.ReadFile(filepath.Join(f.path, strings.Split(name, ".p/")[0]))
			if err != nil {
				return nil, err
			}
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is too short", name)
		}
		all = append(all, data[:tile.W*tlog.HashSize])
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// Every entry, from the bundles.
func entries(path string, size int64) [][]byte {
	var all [][]byte
	for first := int64(0); first < size; first += 1 << height {
		width := min64(1<<height, size-first)
		tile := tlog.Tile{H: height, L: 0, N: first >> height, W: int(width)}
		name := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			fail("%v", err)
		}
		for row := int64(0); row < width; row++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				fail("%s: it is cut short", name)
			}
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
		if len(data) != 0 {
			fail("%s: something follows its entries", name)
		}
	}
	return all
}

func min64(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func main() {
	if len(os.Args) < 3 {
		fmt.Println("usage: audit VKEY LOGDIR [PROOF ...]")
		os.Exit(64)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(os.Args[1]))
	if err != nil {
		fail("the key: %v", err)
	}
	path := os.Args[2]
	data, err := os.ReadFile(filepath.Join(path, "checkpoint"))
	if err != nil {
		fail("%v", err)
	}
	head := tree(verifier, "checkpoint", data)

	// The root over all entries, and every entry against the tiles under the signed root.
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var hashes []tlog.Hash
		for _, index := range indexes {
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	all := entries(path, head.N)
	for index, entry := range all {
		hashes, err := tlog.StoredHashes(int64(index), entry, reader)
		if err != nil {
			fail("entry %d: %v", index, err)
		}
		stored = append(stored, hashes...)
		var leaf struct{ Index int }
		if json.Unmarshal(entry, &leaf) != nil || leaf.Index != index {
			fail("entry %d: it says otherwise", index)
		}
	}
	root, err := tlog.TreeHash(head.N, reader)
	if err != nil || root != head.Hash {
		fail("the entries do not lead to the signed root")
	}
	tiles := tlog.TileHashReader(head, folder{path})
	for index := int64(0); index < head.N; index++ {
		hashes, err := tiles.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			fail("the tiles under entry %d: %v", index, err)
		}
		if hashes[0] != tlog.RecordHash(all[index]) {
			fail("the tiles have another hash for entry %d", index)
		}
	}

	// Every kept checkpoint is a beginning of this log.
	kept, _ := filepath.Glob(filepath.Join(path, "checkpoints", "*"))
	for _, file := range kept {
		data, err := os.ReadFile(file)
		if err != nil {
			fail("%v", err)
		}
		older := tree(verifier, file, data)
		if older.N > head.N || filepath.Base(file) != strconv.FormatInt(older.N, 10) {
			fail("%s: it is not the checkpoint of that size", file)
		}
		proof, err := tlog.ProveTree(head.N, older.N, tiles)
		if err != nil {
			fail("%s: %v", file, err)
		}
		if err := tlog.CheckTree(proof, head.N, head.Hash, older.N, older.Hash); err != nil {
			fail("%s: %v", file, err)
		}
	}
	for _, file := range os.Args[3:] {
		checkProof(verifier, file)
	}
	fmt.Printf("ok: %s: %d entries, %d kept checkpoints, %d proofs\n", verifier.Name(), head.N, len(kept), len(os.Args)-3)
}

// A C2SP tlog-proof with the entry in its extra line.
func checkProof(verifier note.Verifier, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		fail("%v", err)
	}
	header, rest, found := bytes.Cut(data, []byte("\n\n"))
	if !found {
		fail("%s: it has no checkpoint", file)
	}
	lines := strings.Split(string(header), "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") ||
		!strings.HasPrefix(lines[2], "index ") {
		fail("%s: it is no proof with an entry", file)
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		fail("%s: %v", file, err)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		fail("%s: %v", file, err)
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			fail("%s: a line is no hash", file)
		}
		var hash tlog.Hash
		copy(hash[:], raw)
		proof = append(proof, hash)
	}
	head := tree(verifier, file, rest)
	if err := tlog.CheckRecord(proof, head.N, head.Hash, index, tlog.RecordHash(entry)); err != nil {
		fail("%s: %v", file, err)
	}
}

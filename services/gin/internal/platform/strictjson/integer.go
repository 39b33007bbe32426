package strictjson

import (
	"encoding/json"
	"strconv"
	"strings"

	"shop.example/gin/internal/platform/problem"
)

// Integer returns the value of a literal that is mathematically an integer, or the code of the field error. It works on
// the digits: a float64 would round 9007199254740993, and big.Rat would build the billion digits of 1e999999999.
func Integer(literal json.Number) (value int64, code string) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(literal.String()), "e")
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	significant := strings.TrimRight(digits, "0")
	if significant == "" {
		return 0, ""
	}
	power := 0
	if exponent != "" {
		var err error
		if power, err = strconv.Atoi(exponent); err != nil { // more than an int can hold
			if strings.HasPrefix(exponent, "-") {
				return 0, problem.Type
			}
			return 0, problem.OutOfRange
		}
	}
	// The value is significant × 10^zeros.
	zeros := power - len(fraction) + len(digits) - len(significant)
	if zeros < 0 {
		return 0, problem.Type
	}
	const maxDigits = 19 // of an int64
	if zeros > maxDigits || len(significant)+zeros > maxDigits {
		return 0, problem.OutOfRange
	}
	text := significant + strings.Repeat("0", zeros)
	if negative {
		text = "-" + text
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, problem.OutOfRange
	}
	return value, ""
}

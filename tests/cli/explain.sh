#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers --explain: lists, one code, several codes, and words that are no code.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

vsd --explain
expect 0 '' --explain
for code in credit-violation unread-data refused; do
	check "--explain lists $code" grep -Eq "^  $code +[A-Z]" out
done
equal 3 "$(grep -c '^[!*]' out)" 'classes of --explain'
equal '' "$(awk 'length > 80' out)" '--explain is 80 columns wide'
codes=$(sed -n 's/^  \([a-z-]*\) .*/\1/p' out)

for code in $codes; do
	vsd --explain "$code"
	expect 0 '' "--explain $code"
	check "--explain $code: heading" grep -q "^$code (" out
	for part in Packets 'Usual causes' 'What to do' 'Harmless when'; do
		check "--explain $code: $part" grep -q "^$part.*:" out
	done
	equal '' "$(awk 'length > 80' out)" "--explain $code is 80 columns wide"
	check "--explain $code fits a screen" [ "$(lines out)" -le 24 ]
done

vsd --explain Unread_Data
expect 0 '' '--explain Unread_Data'
check '--explain: letters and _ do not matter' grep -q '^unread-data (' out

vsd --explain reset half-open
expect 0 '' '--explain reset half-open'
equal 'reset half-open' "$(sed -n 's/ (.*ion)$\| (suspicious)$//p' out | paste -sd ' ')" 'two codes'

vsd --explain credit
expect 0 '' '--explain credit'
equal 'credit-stall credit-request-unanswered credit-violation' \
	"$(awk '{print $1}' out | paste -sd ' ')" 'codes that begin with credit'

vsd --explain credit-stal
expect 0 '' '--explain credit-stal'
vsd --explain creditstall
expect 2 "vsockdump: --explain: no finding is called 'creditstall'\. Did you mean credit-stall\?" creditstall
equal 0 "$(lines out)" 'an unknown code prints nothing'
vsd --explain reset nonsense-of-a-word
expect 2 "vsockdump: --explain: no finding is called 'nonsense-of-a-word'\. .*" nonsense
equal 0 "$(lines out)" 'a known code before an unknown one'
vsd --explain ''
expect 2 "vsockdump: --explain: no finding is called ''.*" 'an empty code'
vsd --explain -x
expect 2 "vsockdump: --explain: no finding is called '-x'.*" 'what follows is a code'
vsd --explain "$(printf 'x%.0s' {1..5000})"
expect 2 "vsockdump: --explain: no finding is called 'x{64}'.*" 'a long word'

finish

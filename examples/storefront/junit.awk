# Turns what `cargo test` prints into a report that CodeBuild reads: awk -f junit.awk tests.txt > tests.xml
# Rust's test runner writes JUnit only where its unstable options are allowed.

function xml(text) {
  gsub(/[\001-\010\013\014\016-\037]/, "", text)
  gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); gsub(/"/, "\\&quot;", text)
  return text
}

function note(result, name) {
  count++; suites[count] = suite; names[count] = name; results[count] = result
  if (result == "failed") { failed++ }
  if (result == "skipped") { skipped++ }
}

# What a failed test wrote: from "---- name stdout ----" to the next one, the list of failures or the result.
/^---- .* stdout ----$/ { output = $0; sub(/^---- /, "", output); sub(/ stdout ----$/, "", output); panicked = 0; next }
/^failures:$/ || /^test result: / { output = "" }
output != "" {
  if (!((suite, output) in why) && (panicked || /^Error: / || /^note: test did not panic/)) { why[suite, output] = $0 }
  panicked = / panicked at .*:$/
  said[suite, output] = said[suite, output] $0 "\n"
  next
}

# "Running unittests src/lib.rs (target/debug/deps/storefront-0123)" or "Doc-tests storefront".
/^ *Running / { suite = $0; sub(/^ *Running (unittests )?/, "", suite); sub(/ \(.*/, "", suite) }
/^ *Doc-tests / { suite = $0; sub(/^ */, "", suite) }

/^test .* \.\.\. (ok|FAILED|ignored)/ {
  name = $0; sub(/^test /, "", name); sub(/ \.\.\. .*/, "", name)
  # What is expected of a test is not part of its name where its output is shown.
  sub(/ - (should panic|compile fail|compile)$/, "", name)
  result = $0; sub(/.* \.\.\. /, "", result)
  note(result ~ /^ok/ ? "ok" : result ~ /^FAILED/ ? "failed" : "skipped", name)
}

# Tests that end their process have no result, nor have those that it had not come to.
/^ *process didn't exit successfully: / {
  ended = $0; sub(/^ */, "", ended)
  said[suite, "the process"] = ended "\n"
  note("failed", "the process")
}

# A program that does not compile has no test: the report says so, and does not look like a success.
/^error(\[|:)/ { broken = broken $0 "\n" }

END {
  if (count == 0) {
    suite = "cargo test"
    said[suite, "build"] = broken == "" ? "no test ran\n" : broken
    note("failed", "build")
  }
  print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
  printf "<testsuites><testsuite name=\"cargo test\" tests=\"%d\" failures=\"%d\" skipped=\"%d\">\n", count, failed, skipped
  for (at = 1; at <= count; at++) {
    of = suites[at] SUBSEP names[at]
    printf "<testcase classname=\"%s\" name=\"%s\" time=\"0\">", xml(suites[at]), xml(names[at])
    if (results[at] == "failed") {
      reason = of in why ? why[of] : said[of]; sub(/\n.*/, "", reason)
      printf "<failure message=\"%s\">%s</failure>", xml(reason), xml(said[of])
    }
    if (results[at] == "skipped") { printf "<skipped/>" }
    print "</testcase>"
  }
  print "</testsuite></testsuites>"
}

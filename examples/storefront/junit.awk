# Turns what `cargo test` prints into a report that CodeBuild reads: awk -f junit.awk tests.txt > tests.xml
# Rust's test runner writes JUnit only where its unstable options are allowed.

function xml(text) {
  gsub(/[\001-\010\013\014\016-\037]/, "", text)
  gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); gsub(/"/, "\\&quot;", text)
  return text
}

# "Running unittests src/lib.rs (target/debug/deps/storefront-0123)" or "Doc-tests storefront".
/^ *Running / { suite = $0; sub(/^ *Running (unittests )?/, "", suite); sub(/ \(.*/, "", suite) }
/^ *Doc-tests / { suite = $0; sub(/^ */, "", suite) }

/^test .* \.\.\. (ok|FAILED|ignored)/ {
  name = $0; sub(/^test /, "", name); sub(/ \.\.\. .*/, "", name)
  result = $0; sub(/.* \.\.\. /, "", result)
  count++; suites[count] = suite; names[count] = name
  results[count] = substr(result, 1, 2) == "ok" ? "ok" : substr(result, 1, 6) == "FAILED" ? "failed" : "skipped"
  if (results[count] == "failed") { failed++ }
}

# What a failed test wrote: from "---- name stdout ----" to the next one or the list of failures.
/^---- .* stdout ----$/ { output = $0; sub(/^---- /, "", output); sub(/ stdout ----$/, "", output); next }
/^failures:$/ || /^test result: / { output = "" }
output != "" { said[suite, output] = said[suite, output] $0 "\n" }

# A program that does not compile has no test: the report says so, and does not look like a success.
/^error(\[|:)/ { broken = broken $0 "\n" }

END {
  if (count == 0) {
    count = failed = 1
    suites[1] = "cargo test"; names[1] = "build"; results[1] = "failed"
    said["cargo test", "build"] = broken == "" ? "no test ran\n" : broken
  }
  print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
  printf "<testsuites><testsuite name=\"cargo test\" tests=\"%d\" failures=\"%d\">\n", count, failed
  for (at = 1; at <= count; at++) {
    printf "<testcase classname=\"%s\" name=\"%s\" time=\"0\">", xml(suites[at]), xml(names[at])
    if (results[at] == "failed") { printf "<failure message=\"failed\">%s</failure>", xml(said[suites[at], names[at]]) }
    if (results[at] == "skipped") { printf "<skipped/>" }
    print "</testcase>"
  }
  print "</testsuite></testsuites>"
}

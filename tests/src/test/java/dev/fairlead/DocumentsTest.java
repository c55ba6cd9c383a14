package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents say what the code does. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void thePolicysTableIsTheOneInTheDocument() throws IOException {
        Map<String, String> documented = new LinkedHashMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/policy.md"))) {
            String[] cells = line.split("\\|");
            if (cells.length > 4 && !cells[1].isBlank() && !cells[1].contains("---") && !cells[1].contains("value")) {
                documented.put(cells[1].strip(), cells[2].strip());
            }
        }
        assertThat(documented).containsExactlyEntriesOf(Policy.defaults().table());
    }

    @Test
    void everyAnchorInAMessageLeadsToAHeading() throws IOException {
        List<String> anchors = new ArrayList<>();
        for (String module : List.of("core", "okhttp-binding")) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
                for (Path source : sources.filter(path -> path.toString().endsWith(".java"))
                        .toList()) {
                    Matcher found = Pattern.compile("troubleshooting\\.md#([a-z-]+)|HELP \\+ \"([a-z-]+)\\)")
                            .matcher(Files.readString(source));
                    while (found.find()) {
                        anchors.add(found.group(1) != null ? found.group(1) : found.group(2));
                    }
                }
            }
        }
        List<String> headings = Files.readAllLines(ROOT.resolve("docs/troubleshooting.md")).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z -]", "")
                        .replace(' ', '-'))
                .toList();
        assertThat(anchors).hasSizeGreaterThanOrEqualTo(5).contains("two-okhttps-or-an-old-one");
        assertThat(headings).containsAll(anchors);
    }

    @Test
    void theReadmesCodeIsTheQuickStartThatRuns() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertThat(block.find()).isTrue();
        String source = Files.readString(ROOT.resolve("examples/src/main/java/dev/fairlead/examples/QuickStart.java"));
        String shown = source.substring(source.indexOf("// README: begin") + 16, source.indexOf("// README: end"));
        String withoutTestClock =
                shown.lines().filter(line -> !line.contains("not in a service")).collect(Collectors.joining("\n"));
        assertThat(block.group(1)).isEqualToNormalizingWhitespace(withoutTestClock);
    }

    @Test
    void everyLinkBetweenTheDocumentsLeadsSomewhere() throws IOException {
        for (String name : List.of(
                "README.md",
                "CONTRIBUTING.md",
                "docs/adapters.md",
                "docs/design.md",
                "docs/new-provider.md",
                "docs/okhttp.md",
                "docs/paging.md",
                "docs/performance.md",
                "docs/policy.md",
                "docs/providers.md",
                "docs/troubleshooting.md")) {
            Path document = ROOT.resolve(name);
            Matcher links = Pattern.compile("\\]\\(([^)#]+)").matcher(Files.readString(document));
            while (links.find()) {
                String link = links.group(1);
                if (!link.startsWith("http")) {
                    assertThat(document.resolveSibling(link))
                            .as("%s links to %s", name, link)
                            .exists();
                }
            }
        }
    }
}

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Compiles the regular expressions of a file, one a line. */
class Patterns {
  public static void main(String[] args) throws Exception {
    var patterns = Files.readAllLines(Path.of(args[0]));
    patterns.forEach(Pattern::compile);
    System.out.println(patterns.size() + " patterns");
  }
}

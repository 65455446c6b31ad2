package h2eal.lab.profile;

import h2eal.heads.GateText;
import h2eal.heads.HeadTable;
import h2eal.heads.ScoreText;
import h2eal.lab.report.ReportFile;
import h2eal.lab.result.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What a profile leaves on disk, beside each other: gates and head map in DuoAttention's format, the scores of all
/// query heads, and a picture.
///
/// @param gates the gates, with a note of the share that may stream
/// @param map 1 for retrieval heads, 0 for streaming heads, at that share
/// @param scores one line per query head
/// @param picture HTML with layers down and heads across
public record ProfileFiles(Path gates, Path map, Path scores, Path picture) {

    /// The files beside `gates`: the same name with other endings.
    public static ProfileFiles beside(Path gates) {
        String stem = gates.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
        return new ProfileFiles(
                gates,
                gates.resolveSibling(stem + ".map.tsv"),
                gates.resolveSibling(stem + ".scores.tsv"),
                gates.resolveSibling(stem + ".html"));
    }

    /// Makes the folder and refuses one that cannot be written, so that a long run does not end in that error.
    public void prepare() throws IOException {
        new ReportFile(picture).prepare();
    }

    /// Writes all of them.
    public void write(HeadProfile profile, String model) throws IOException {
        List<String> lines = new ArrayList<>(List.of(GateText.shareNote(profile.streamingShare())));
        lines.addAll(GateText.format(profile.gates()));
        WholeFile.write(gates, text(lines));
        WholeFile.write(map, text(GateText.format(HeadTable.of(profile.heads()))));
        SequencedMap<String, HeadTable> others = new LinkedHashMap<>();
        others.put("echo", profile.behaviour().echo());
        others.put("induction", profile.behaviour().induction());
        others.put("far_mass", profile.behaviour().farMass());
        others.put("reach", profile.behaviour().reach());
        WholeFile.write(scores, text(ScoreText.format(profile.behaviour().copy(), others)));
        new ReportFile(picture).write(ProfileReport.of(profile, model));
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }
}

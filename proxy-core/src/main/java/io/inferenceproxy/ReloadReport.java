package io.inferenceproxy;

import java.util.List;

/**
 * What came of a reload, by the keys of settings.
 *
 * @param changed what holds now, such as {@code limits.per-user.windows}
 * @param forgotten limit policies that are no more, were renamed or count in another manner: what they had counted is
 *     forgotten
 * @param needsRestart what was changed too, and holds only after a restart
 */
public record ReloadReport(List<String> changed, List<String> forgotten, List<String> needsRestart) {

    public ReloadReport {
        changed = List.copyOf(changed);
        forgotten = List.copyOf(forgotten);
        needsRestart = List.copyOf(needsRestart);
    }
}

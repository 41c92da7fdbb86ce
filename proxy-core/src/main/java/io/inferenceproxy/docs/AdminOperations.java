package io.inferenceproxy.docs;

import io.inferenceproxy.docs.Operation.Content;
import io.inferenceproxy.problem.ProblemType;
import java.util.List;
import java.util.Set;

/** The operations that manage users and keys, for the role {@code admin}. */
public final class AdminOperations {

    private static final String TAG = "Administration";
    private static final List<String> PAGED = List.of("After", "Limit");

    private static final List<Answer> GONE = List.of(Answer.of(204, "It is done.", ""));
    private static final Set<ProblemType> CHANGES_OF_ANY_STATE = Set.of(
            ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.PRECONDITION_FAILED, ProblemType.OVERLOADED);
    private static final Set<ProblemType> CHANGES = Set.of(
            ProblemType.NOT_FOUND,
            ProblemType.CONFLICT,
            ProblemType.PRECONDITION_FAILED,
            ProblemType.PRECONDITION_REQUIRED,
            ProblemType.OVERLOADED);

    private AdminOperations() {}

    /** Those on users. */
    public static List<Operation> users(String path) {
        List<String> one = List.of("UserName");
        List<String> changed = List.of("UserName", "IfMatch");
        String item = path + "/{name}";
        return List.of(
                of("users-list", "List users", "GET", path)
                        .withParameters(PAGED)
                        .withAnswers(
                                List.of(Answer.json(200, "A page of users, in the order of their names.", "Users"))),
                of("users-create", "Add a user", "POST", path)
                        .withContent(Content.NEW_USER)
                        .withAnswers(List.of(Answer.json(201, "The user.", "User")))
                        .withProblems(Set.of(ProblemType.CONFLICT, ProblemType.OVERLOADED)),
                of("users-get", "Get a user", "GET", item)
                        .withParameters(one)
                        .withAnswers(List.of(Answer.json(200, "The user; `ETag` names this state.", "User")))
                        .withProblems(Set.of(ProblemType.NOT_FOUND, ProblemType.OVERLOADED)),
                of("users-change", "Change the roles of a user, disable or enable them", "PATCH", item)
                        .withParameters(changed)
                        .withContent(Content.USER_CHANGE)
                        .withAnswers(List.of(Answer.json(200, "The user as they are now.", "User")))
                        .withProblems(CHANGES),
                of("users-remove", "Remove a user and end all that they have got", "DELETE", item)
                        .withParameters(changed)
                        .withAnswers(GONE)
                        .withProblems(CHANGES_OF_ANY_STATE),
                of("users-password", "Give a user another password", "PUT", item + "/password")
                        .withParameters(changed)
                        .withContent(Content.PASSWORD)
                        .withAnswers(GONE)
                        .withProblems(CHANGES_OF_ANY_STATE),
                of("users-sessions", "End all sessions and tokens of a user", "DELETE", item + "/sessions")
                        .withParameters(one)
                        .withAnswers(GONE)
                        .withProblems(Set.of(ProblemType.NOT_FOUND, ProblemType.OVERLOADED)));
    }

    /** Those on keys. */
    public static List<Operation> keys(String path) {
        List<String> one = List.of("KeyId");
        List<String> changed = List.of("KeyId", "IfMatch");
        String item = path + "/{id}";
        return List.of(
                of("keys-list", "List API keys", "GET", path)
                        .withParameters(PAGED)
                        .withAnswers(List.of(
                                Answer.json(200, "A page of keys, in the order of their identifiers.", "Keys"))),
                of("keys-create", "Make an API key", "POST", path)
                        .withContent(Content.NEW_KEY)
                        .withAnswers(List.of(Answer.json(201, "The key, which is told this once.", "IssuedKey"))),
                of("keys-get", "Get what is known of an API key", "GET", item)
                        .withParameters(one)
                        .withAnswers(List.of(Answer.json(200, "The key; `ETag` names this state.", "Key")))
                        .withProblems(Set.of(ProblemType.NOT_FOUND, ProblemType.OVERLOADED)),
                of("keys-change", "Change an API key, disable or enable it", "PATCH", item)
                        .withParameters(changed)
                        .withContent(Content.KEY_CHANGE)
                        .withAnswers(List.of(Answer.json(200, "The key as it is now.", "Key")))
                        .withProblems(CHANGES),
                of("keys-remove", "End an API key", "DELETE", item)
                        .withParameters(changed)
                        .withAnswers(GONE)
                        .withProblems(CHANGES_OF_ANY_STATE),
                of("keys-rotate", "Give an API key another secret", "POST", item + "/rotate")
                        .withParameters(one)
                        .withContent(Content.ROTATION)
                        .withAnswers(List.of(Answer.json(200, "The key, which is told this once.", "IssuedKey")))
                        .withProblems(Set.of(ProblemType.NOT_FOUND, ProblemType.OVERLOADED)));
    }

    private static Operation of(String name, String summary, String method, String path) {
        return Operation.of(name, TAG, summary, Set.of(method), path)
                .withBearer(true)
                .withRoles(List.of("admin"))
                .withProblems(Set.of(ProblemType.OVERLOADED));
    }
}

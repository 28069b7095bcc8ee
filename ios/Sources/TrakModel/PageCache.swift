// Decides which pages of a long list stay in memory: those that were looked at last.

/// Elements by index, fetched a page at a time. How long a page is, the first one tells.
struct PageCache<Element> {
    private let capacity: Int
    private var pageRows = 1
    private var pages: [Int: [Element]] = [:]
    /// Pages in the order of their last use, the oldest first.
    private var used: [Int] = []

    /// Keeps at most `capacity` pages.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Forgets everything but this first page.
    mutating func startOver(with first: [Element]) {
        pageRows = max(first.count, 1)
        pages = [0: first]
        used = [0]
    }

    /// The element at `index`, from `fetch(offset)` where its page is not here.
    mutating func element(at index: Int, fetch: (_ offset: Int) -> [Element]) -> Element? {
        let page = index / pageRows
        if pages[page] == nil { pages[page] = fetch(page * pageRows) }
        used.removeAll { $0 == page }
        used.append(page)
        while used.count > capacity { pages[used.removeFirst()] = nil }
        guard let rows = pages[page], rows.indices.contains(index % pageRows) else { return nil }
        return rows[index % pageRows]
    }
}
